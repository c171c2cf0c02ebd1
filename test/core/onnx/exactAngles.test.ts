/** Rotary angles made of sums and products (exactAngles.ts), against JavaScript's own sine and cosine and the graphs as they were. */
import { readFileSync } from 'node:fs';
import { create } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProtoSchema, TensorProto_DataType } from 'onnx-buf';
import * as ort from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { exactAngles } from '../../../src/core/onnx/exactAngles.js';
import { decodeModel, encodeModel, makeNode, type DecodedModel } from '../../../src/core/onnx/graph.js';
import { instrument, port } from '../../../src/core/onnx/instrument.js';
import { Decoder, relativeDifference, weightsFile } from './session.js';

const { FLOAT: float, INT64: int64 } = TensorProto_DataType;
const frequencies = Float32Array.from({ length: 8 }, (_, i) => 10000 ** (-i / 8));

/** cos and sin of position × frequency, [1, S, 2·8], made of `source` [1, S] as exporters make it. */
function turning(source: { readonly name: string; readonly type: number }): DecodedModel {
  const tensor = (name: string, dataType: number, dims: number[], data: Float32Array | BigInt64Array) =>
    create(TensorProtoSchema, {
      name,
      dataType,
      dims: dims.map(BigInt),
      rawData: Uint8Array.from(new Uint8Array(data.buffer)),
    });
  const output = (name: string) => port(name, float, [1, 'S', 16]);
  return create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: {
      name: 'turning',
      node: [
        makeNode('Unsqueeze', 'unsqueeze', [source.name, 'axes'], ['column']),
        makeNode('Cast', 'cast', ['column'], ['floats'], { to: float }),
        makeNode('MatMul', 'matmul', ['floats', 'inverse'], ['products']),
        makeNode('Concat', 'concat', ['products', 'products'], ['angles'], { axis: -1 }),
        makeNode('Cos', 'cos', ['angles'], ['cosines']),
        makeNode('Sin', 'sin', ['angles'], ['sines']),
      ],
      initializer: [tensor('inverse', float, [1, 1, 8], frequencies), tensor('axes', int64, [1], BigInt64Array.of(2n))],
      input: [port(source.name, source.type, [1, 'S'])],
      output: [output('cosines'), output('sines')],
    },
  }) as DecodedModel;
}

const operators = ({ graph }: DecodedModel) => graph.node.map(({ opType }) => opType);

test('angles of far positions have the sines and cosines of the float that they are', async () => {
  const model = turning({ name: 'position_ids', type: int64 });
  expect(exactAngles(model.graph)).toBe(2);
  expect(operators(model)).not.toContain('Cos');
  expect(operators(model)).not.toContain('Sin');
  // Both need the reduced angle, its square and its sine, which are there once.
  expect(operators(model).filter((name) => name === 'Round')).toHaveLength(1);
  expect(model.graph.node.length).toBeLessThan(50);
  const positions = [...Array.from({ length: 300 }, (_, i) => i), 511, 2047, 8191, 32767, 131071];
  const session = await ort.InferenceSession.create(encodeModel(model));
  const ids = new ort.Tensor('int64', BigInt64Array.from(positions, BigInt), [1, positions.length]);
  const { cosines, sines } = await session.run({ position_ids: ids });
  const angle = (at: number) => Math.fround(positions[Math.floor(at / 16)]! * frequencies[at % 8]!);
  const errors = (found: ort.Tensor, right: (angle: number) => number) =>
    Array.from(found.data as Float32Array, (value, at) => Math.abs(value - right(angle(at))));
  expect(Math.max(...errors(cosines!, Math.cos))).toBeLessThan(2 ** -20);
  expect(Math.max(...errors(sines!, Math.sin))).toBeLessThan(2 ** -20);
});

test('half floats, which have fewer digits than the error, are left to the GPU', () => {
  const model = turning({ name: 'position_ids', type: int64 });
  model.graph.node.find(({ opType }) => opType === 'Cast')!.attribute[0]!.i = BigInt(TensorProto_DataType.FLOAT16);
  model.graph.initializer[0]!.dataType = TensorProto_DataType.FLOAT16;
  const before = operators(model);
  expect(exactAngles(model.graph)).toBe(0);
  expect(operators(model)).toEqual(before);
});

/** fp32 graphs of separate operators with rotary angles: one for each way that exporters write them. */
const folder = new URL('../../fixtures/models/', import.meta.url);
const { models } = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as {
  models: readonly {
    folder: string;
    causal: boolean;
    files: readonly { file: string; dtype: string; external: readonly string[] }[];
  }[];
};
const separate = models
  .filter((model) => model.causal && !/genai/.test(model.folder))
  .flatMap(({ folder, files }) => files.filter(({ dtype }) => dtype === 'fp32').map((file) => ({ folder, ...file })));
/** Their positions are learnt, or ALiBi's. */
const withoutAngles = new Set(['gpt2-optimum', 'gpt2-merged', 'bloom-optimum']);

describe('graphs of the real exporters', () => {
  test.each(separate)(
    '$folder: every cosine and sine is replaced, and the logits stay',
    async ({ folder: name, file, external }) => {
      const read = (path: string) => new Uint8Array(readFileSync(new URL(`${name}/${path}`, folder)));
      const bytes = read(file);
      const others = external.map((path) => ({ path: path.slice(path.lastIndexOf('/') + 1), data: read(path) }));
      const { graph } = instrument(bytes, { weightsFile });
      const model = decodeModel(graph);
      const turning = model.graph.node.filter(({ opType }) => opType === 'Cos' || opType === 'Sin');
      expect(exactAngles(model.graph)).toBe(turning.length);
      if (withoutAngles.has(name)) {
        expect(turning).toHaveLength(0);
        return;
      }
      expect(turning.length).toBeGreaterThanOrEqual(2);
      expect(operators(model)).not.toContain('Sin');
      const [plain, exact] = [
        await Decoder.beside(graph, bytes, others),
        await Decoder.beside(encodeModel(model), bytes, others),
      ];
      const ids = [Array.from({ length: 12 }, (_, i) => (i * 37 + 5) % 300)];
      const [before, after] = [await plain.run({ ids }), await exact.run({ ids })];
      expect(relativeDifference(after.logits.data, before.logits.data)).toBeLessThan(1e-5);
      const next = { ids: [[17]], pastLength: 12 };
      const [old, ours] = [
        await plain.run({ ...next, past: before.past }),
        await exact.run({ ...next, past: after.past }),
      ];
      expect(relativeDifference(ours.logits.data, old.logits.data)).toBeLessThan(1e-5);
    },
  );
});
