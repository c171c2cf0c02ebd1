/** The law of the logit lens: at the last layer it gives the model's own logits, whatever stands around the head. */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { halfToFloat } from '../../../src/core/tensors/half.js';
import { cutHead, headPorts, residualPort } from '../../../src/core/onnx/cutHead.js';
import { readGolden } from './golden.js';
import { Decoder, fixture, relativeDifference, weightsFile } from './session.js';

interface Part {
  readonly path: string;
  readonly data: Uint8Array;
}

/** Runs residuals [P, d] through the head that was cut out of a model. */
async function throughHead(
  model: Uint8Array,
  layers: number,
  residuals: Float32Array,
  others: readonly Part[] = [],
): Promise<Float32Array> {
  const head = cutHead(model, weightsFile, layers);
  const externalData = [{ path: weightsFile, data: model }, ...others];
  const session = await ort.InferenceSession.create(head.graph, { externalData });
  const count = residuals.length / head.width;
  const positions = BigInt64Array.from({ length: count }, (_, i) => BigInt(i));
  const outputs = await session.run({
    [residualPort]: new ort.Tensor('float32', residuals, [1, count, head.width]),
    [headPorts.positions]: new ort.Tensor('int64', positions, [count]),
  });
  const logits = outputs[headPorts.logits]!;
  expect(logits.dims).toEqual([1, count, head.vocabulary]);
  await session.release();
  return floats(logits.data as ArrayLike<number>);
}

/** Half floats come as their bits here. */
function floats(data: ArrayLike<number>): Float32Array {
  return Float32Array.from(data, (value) => (data instanceof Uint16Array ? halfToFloat(value) : value));
}

/** What the last layer left behind, [T, d] of [T, L, d]. */
function lastLayer(residuals: Float32Array, layers: number, width: number): Float32Array {
  return residuals.filter((_, i) => Math.floor(i / width) % layers === layers - 1);
}

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

test.each(causal)(
  '$folder $dtype: the last layer’s lens is the model’s own logits',
  async ({ folder: name, file, dtype, external }) => {
    const read = (path: string) => new Uint8Array(readFileSync(new URL(`${name}/${path}`, folder)));
    const golden = JSON.parse(read('golden.json').reduce((text, byte) => text + String.fromCharCode(byte), '')) as {
      readonly ids: readonly number[];
      readonly layers: number;
      readonly width: number;
    };
    const others = external.map((path) => ({ path: path.slice(path.lastIndexOf('/') + 1), data: read(path) }));
    const bytes = read(file);
    const hooked = await Decoder.hooked(bytes, { device: 'wasm' }, others);
    const { logits, residuals } = await hooked.run({ ids: [golden.ids] });
    const last = lastLayer(residuals!.data, golden.layers, golden.width);
    const lens = await throughHead(bytes, golden.layers, last, others);
    // A half float has eleven bits: its last one is 5e-4 of it.
    expect(relativeDifference(lens, floats(logits.data))).toBeLessThan(/f(p|)16/.test(dtype) ? 1e-3 : 1e-4);
  },
);

test.each([
  'sequential',
  'parallel',
  'sandwich',
  'sequential-fused',
  'sequential-last',
  'sequential-flat',
  'sequential-keep',
])('%s: every layer goes through the same norm and head', async (name) => {
  const bytes = fixture(name);
  const golden = readGolden(name.startsWith('sequential') ? 'sequential' : (name as 'parallel'));
  const hooked = await Decoder.hooked(bytes, {});
  const { logits, residuals } = await hooked.run({ ids: golden.ids.slice(0, 1) });
  const { layers, width } = hooked.report;
  const lens = await throughHead(bytes, layers, lastLayer(residuals!.data, layers, width));
  expect(relativeDifference(lens, floats(logits.data))).toBeLessThan(1e-5);
});
