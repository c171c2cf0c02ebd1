import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type GraphProto } from 'onnx-buf';
import { expect, test } from 'vitest';
import { describeDecoder } from '../../../src/core/onnx/instrument.js';
import { findResidualStream } from '../../../src/core/onnx/residualStream.js';
import { fixture } from './session.js';

function graphOf(name: string): GraphProto {
  return fromBinary(ModelProtoSchema, fixture(name)).graph!;
}

function cachesOf(graph: GraphProto) {
  const names = (values: readonly { name: string }[], start: string) =>
    values.map(({ name }) => name).filter((name) => name.startsWith(start));
  return { pasts: names(graph.input, 'past'), presents: names(graph.output, 'present') };
}

const blockOutput = (block: number) => `/model/layers.${block}/Add_1_output_0`;

// The exporters' names are the independent witness of what structure found.
test.each([
  ['sequential', 2, [0, 1, 2].map(blockOutput)],
  ['sequential-half', 2, [0, 1, 2].map(blockOutput)],
  ['sequential-keep', 2, [0, 1, 2].map(blockOutput)],
  ['sandwich', 2, [0, 1, 2].map(blockOutput)],
  ['parallel', 1, [0, 1, 2].map(blockOutput)],
  ['sequential-fused', 2, [1, 2].map((block) => `/model/layers.${block}/input_layernorm/output_3`)],
])('%s: the stream is where the exporter named it', (name, sumsPerBlock, tensors) => {
  const graph = graphOf(name);
  const stream = findResidualStream(graph, cachesOf(graph));
  expect(stream.sumsPerBlock).toBe(sumsPerBlock);
  const posts = stream.blocks.map((block) => block.post);
  expect(posts).toHaveLength(3);
  expect(posts.map((cut) => cut.tensor).slice(0, tensors.length)).toEqual(tensors);
  expect(posts.every((cut) => cut.fused === (name === 'sequential-fused'))).toBe(true);
});

test('names do not matter, nor the order of the caches', () => {
  for (const name of ['sequential', 'sequential-fused', 'parallel', 'sandwich']) {
    const model = fromBinary(ModelProtoSchema, fixture(name));
    const graph = model.graph!;
    const ports = new Set([...graph.input, ...graph.output].map((value) => value.name));
    const renamed = new Map<string, string>([['', '']]);
    const rename = (tensor: string) => {
      if (!renamed.has(tensor)) renamed.set(tensor, ports.has(tensor) ? tensor : `t${renamed.size}`);
      return renamed.get(tensor)!;
    };
    for (const node of graph.node) {
      node.name = '';
      node.input = node.input.map(rename);
      node.output = node.output.map(rename);
    }
    for (const tensor of graph.initializer) tensor.name = rename(tensor.name);
    graph.output.reverse();
    const [before, after] = [describeDecoder(fixture(name)), describeDecoder(toBinary(ModelProtoSchema, model))];
    // The last fused sum has no name in the file, only one that follows from its norm's.
    const isNamed = (tensor: string) => renamed.has(tensor);
    expect(after.residualTensors.slice(0, 2)).toEqual(before.residualTensors.filter(isNamed).slice(0, 2).map(rename));
    expect({ ...after, residualTensors: [] }).toEqual({ ...before, residualTensors: [] });
  }
});
