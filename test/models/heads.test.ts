/** Heads of the bundled model in onnxruntime, against PyTorch that shifts them before W_O (recipes/finders/heads.py). */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeFloats } from '../../src/core/formats/base64.js';
import { Decoder, relativeDifference, type LayerPorts } from '../core/onnx/session.js';
import { readGolden } from '../golden/read.js';

interface Golden {
  readonly alpha: number;
  readonly outputs: { readonly ids: readonly number[]; readonly values: string };
  readonly found: Readonly<Record<string, { readonly layers: readonly { layer: number; vector: string }[] }>>;
  readonly steered: { readonly ids: readonly number[]; readonly residuals: string; readonly logits: string };
}

const golden = readGolden<Golden>('heads');
const floats = (text: string): Float32Array => decodeFloats(text)!;
const file = new Uint8Array(readFileSync(new URL('../../public/models/tales/onnx/model.onnx', import.meta.url)));

test('heads give what PyTorch’s give, and what is added behind W_O acts as a shift of the heads before it', async () => {
  const hooks = { resid_post: 'read', attn_out: 'affine', head_out: 'read' } as const;
  const hooked = await Decoder.hooked(file, { hooks, device: 'wasm' });
  const { width, layers } = hooked.report;
  const { ids, values } = golden.outputs;
  const read = await hooked.run({ ids: [ids] });
  expect(read.heads!.dims).toEqual([1, ids.length, layers * width]);
  expect(relativeDifference(read.heads!.data.slice(-layers * width), floats(values))).toBeLessThan(1e-4);

  const added = golden.found['shift']!.layers.map(({ layer, vector }): readonly [number, LayerPorts] => {
    const bias = floats(vector).map((value) => golden.alpha * value);
    return [layer, { bias, read: new Float32Array(width), write: new Float32Array(width) }];
  });
  expect(added.length).toBeGreaterThan(2);
  const { steered } = golden;
  const tokens = steered.ids.length;
  const moved = await hooked.run({ ids: [steered.ids], hooks: { attn_out: Object.fromEntries(added) } });
  const residuals = moved.residuals!.data; // [T, L, d]
  const expected = floats(steered.residuals); // [L, T, d]
  for (let layer = 0; layer < layers; layer++) {
    const mine = Array.from({ length: tokens }, (_, token) => {
      const from = (token * layers + layer) * width;
      return [...residuals.subarray(from, from + width)];
    });
    const wanted = expected.subarray(layer * tokens * width, (layer + 1) * tokens * width);
    expect(relativeDifference(Float32Array.from(mine.flat()), wanted), `layer ${layer}`).toBeLessThan(1e-4);
  }
  const logits = floats(steered.logits);
  expect(relativeDifference(moved.logits.data.slice(-logits.length), logits)).toBeLessThan(1e-4);
});
