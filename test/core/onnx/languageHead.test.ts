/** Heads that see a single position and have dropped its axis, planted into a graph whose logits PyTorch gives. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProtoSchema, TensorProto_DataType, type GraphProto, type NodeProto } from 'onnx-buf';
import { expect, test } from 'vitest';
import { makeNode } from '../../../src/core/onnx/graph.js';
import { readGolden } from './golden.js';
import { Decoder, fixture, relativeDifference } from './session.js';

function planted(change: (graph: GraphProto, head: NodeProto) => void): Uint8Array {
  const model = fromBinary(ModelProtoSchema, fixture('sequential'));
  const graph = model.graph!;
  const head = graph.node.findLast((node) => node.opType === 'MatMul')!;
  graph.initializer.push(
    create(TensorProtoSchema, {
      name: 'last',
      dataType: TensorProto_DataType.INT64,
      dims: [],
      rawData: new Uint8Array(BigInt64Array.of(-1n).buffer),
    }),
    create(TensorProtoSchema, {
      name: 'one',
      dataType: TensorProto_DataType.INT64,
      dims: [1n],
      rawData: new Uint8Array(BigInt64Array.of(1n).buffer),
    }),
  );
  const at = graph.node.indexOf(head);
  graph.node.splice(at, 0, makeNode('Gather', 'take', [head.input[0]!, 'last'], ['taken'], { axis: 1 }));
  head.input = ['taken', head.input[1]!];
  graph.valueInfo = [];
  change(graph, head);
  return toBinary(ModelProtoSchema, model);
}

const logitsOf = (graph: GraphProto) => graph.output.find(({ name }) => name === 'logits')!;

test.each([
  [
    'an axis that is put back',
    (graph: GraphProto, head: NodeProto) => {
      head.output = ['squeezed'];
      graph.node.splice(
        graph.node.indexOf(head) + 1,
        0,
        makeNode('Unsqueeze', 'back', ['squeezed', 'one'], ['logits']),
      );
    },
  ],
  [
    'no axis of positions at all',
    (graph: GraphProto) => {
      const type = logitsOf(graph).type!.value;
      if (type.case === 'tensorType') type.value.shape!.dim.splice(1, 1);
    },
  ],
  [
    'a Gemm',
    (graph: GraphProto, head: NodeProto) => {
      head.opType = 'Gemm';
      const type = logitsOf(graph).type!.value;
      if (type.case === 'tensorType') type.value.shape!.dim.splice(1, 1);
    },
  ],
])('the last position alone, with %s', async (_, change) => {
  const golden = readGolden('sequential');
  const hooked = await Decoder.hooked(planted(change));
  const { logits } = await hooked.run({ ids: golden.ids });
  expect(logits.dims).toEqual([2, 6, 40]);
  expect(relativeDifference(logits.data, golden.logits.data)).toBeLessThan(1e-5);
  const one = await hooked.run({ ids: golden.ids, positions: [3] });
  const expected = [0, 1].flatMap((row) => [...golden.logits.data.subarray((row * 6 + 3) * 40, (row * 6 + 4) * 40)]);
  expect(relativeDifference(one.logits.data, expected)).toBeLessThan(1e-5);
});
