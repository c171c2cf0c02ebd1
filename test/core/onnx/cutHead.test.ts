/** The law of the logit lens: at the last layer it gives the model's own logits, whatever stands around the head. */
import { readFileSync } from 'node:fs';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProtoSchema, TensorProto_DataType } from 'onnx-buf';
import { expect, test } from 'vitest';
import { cutHead } from '../../../src/core/onnx/cutHead.js';
import { makeNode } from '../../../src/core/onnx/graph.js';
import { readGolden } from './golden.js';
import { Decoder, fixture, relativeDifference, weightsFile } from './session.js';
import { floats, layerOf, throughHead } from './throughHead.js';

const folder = new URL('../../fixtures/models/', import.meta.url);
interface Listed {
  readonly folder: string;
  readonly causal: boolean;
  readonly files: readonly { readonly file: string; readonly dtype: string; readonly external: readonly string[] }[];
}
const { models } = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as { models: readonly Listed[] };
const causal = models
  .filter(({ causal }) => causal)
  .flatMap(({ folder, files }) => files.map((it) => ({ folder, ...it })));

test.each(causal)('$folder $dtype: the last layer’s lens is the model’s own logits', async (model) => {
  const { dtype, external, file } = model;
  const at = (path: string) => new URL(`${model.folder}/${path}`, folder);
  const read = (path: string) => new Uint8Array(readFileSync(at(path)));
  const golden = JSON.parse(readFileSync(at('golden.json'), 'utf8')) as {
    readonly ids: readonly number[];
    readonly layers: number;
    readonly width: number;
  };
  const { ids, layers, width } = golden;
  const others = external.map((path) => ({ path: path.slice(path.lastIndexOf('/') + 1), data: read(path) }));
  const bytes = read(file);
  const hooked = await Decoder.hooked(bytes, { device: 'wasm' }, others);
  const { logits, residuals } = await hooked.run({ ids: [ids] });
  const lens = await throughHead(bytes, layers, layerOf(residuals!.data, layers - 1, layers, width), others);
  expect(lens.dims).toEqual([1, ids.length, lens.vocabulary]);
  // A half float has eleven bits: the last of them is 5e-4 of it.
  const tolerance = dtype.endsWith('16') ? 1e-3 : 1e-4;
  expect(relativeDifference(lens.logits, floats(logits.data))).toBeLessThan(tolerance);
});

test.each([
  ['sequential', 'sequential'],
  ['parallel', 'parallel'],
  ['sandwich', 'sandwich'],
  ['sequential-fused', 'sequential'],
  ['sequential-last', 'sequential'],
  ['sequential-flat', 'sequential'],
  ['sequential-keep', 'sequential'],
] as const)('%s: a head that flattens, picks or keeps positions', async (name, goldenName) => {
  const bytes = fixture(name);
  const { ids } = readGolden(goldenName);
  const hooked = await Decoder.hooked(bytes);
  const { logits, residuals } = await hooked.run({ ids: ids.slice(0, 1) });
  const { layers, width } = hooked.report;
  const lens = await throughHead(bytes, layers, layerOf(residuals!.data, layers - 1, layers, width));
  expect(relativeDifference(lens.logits, logits.data)).toBeLessThan(1e-5);
});

test('only what the head needs is left, and its weights stay in the file', () => {
  const bytes = fixture('sequential');
  const head = cutHead(bytes, weightsFile, 3);
  const { graph } = fromBinary(ModelProtoSchema, head.graph);
  const whole = fromBinary(ModelProtoSchema, bytes).graph!;
  expect(graph!.node.length).toBeLessThan(whole.node.length / 3);
  expect(graph!.input.map(({ name }) => name)).toEqual(['steer.residual', 'steer.logit_positions']);
  // The unembedding [40, 16] in float32, and the norm's gain.
  expect(head.bytes).toBeGreaterThanOrEqual(4 * head.width * head.vocabulary);
  expect(head.bytes).toBeLessThan(bytes.length / 2);
  expect(head.graph.length).toBeLessThan(bytes.length / 4);
});

test('a head that asks for more than the residual is refused with what it asks for', () => {
  const model = fromBinary(ModelProtoSchema, fixture('sequential'));
  const graph = model.graph!;
  const last = graph.node.findLast((node) => node.output.includes('logits'))!;
  last.output = ['plain'];
  graph.initializer.push(
    create(TensorProtoSchema, {
      name: 'none',
      dataType: TensorProto_DataType.INT64,
      dims: [],
      rawData: new Uint8Array(8),
    }),
  );
  graph.node.push(
    makeNode('Cast', 'as_float', ['attention_mask'], ['masks'], { to: TensorProto_DataType.FLOAT }),
    makeNode('ReduceMax', 'largest', ['masks'], ['one'], { keepdims: 0 }),
    makeNode('Mul', 'masked', ['plain', 'one'], ['logits']),
  );
  const cut = () => cutHead(toBinary(ModelProtoSchema, model), weightsFile, 3);
  expect(cut).toThrow(/logits also depend on attention_mask/);
});
