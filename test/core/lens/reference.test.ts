/** The lens of the bundled model against PyTorch (recipes/lens). */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { emptyGrid, fillCell, type LensSide } from '../../../src/core/lens/predictions.js';
import { readGolden } from '../../golden/read.js';
import { Decoder, largestDifference, type LayerPorts } from '../onnx/session.js';
import { layerOf, throughHead } from '../onnx/throughHead.js';

interface Side {
  readonly ids: readonly (readonly (readonly number[])[])[];
  readonly topLogProbabilities: readonly (readonly (readonly number[])[])[];
  readonly ranks: readonly (readonly number[])[];
  readonly logProbabilities: readonly (readonly number[])[];
  readonly entropies: readonly (readonly number[])[];
}
interface Lens {
  readonly layer: number;
  readonly strength: number;
  readonly promptLength: number;
  readonly written: readonly number[];
  readonly baseline: Side;
  readonly steered: Side;
  readonly kl: readonly (readonly number[])[];
}

const golden = readGolden<Lens>('lens');
const tales = readGolden<{
  readonly vectors: readonly (readonly number[])[];
  readonly direction: { readonly residual_norm: readonly number[] };
  readonly prompts: readonly { readonly text: string; readonly ids: readonly number[] }[];
}>('tales');

test('tokens, log-probabilities, ranks, entropies and KL at every layer', async () => {
  const model = new Uint8Array(readFileSync(new URL('../../../public/models/tales/onnx/model.onnx', import.meta.url)));
  const hooked = await Decoder.hooked(model, { device: 'wasm' });
  const { layers, width, vocabulary } = hooked.report;
  const prompt = tales.prompts[0]!.ids;
  expect(prompt).toHaveLength(golden.promptLength);
  const ids = [...prompt, ...golden.written];
  const amount = golden.strength * tales.direction.residual_norm[golden.layer]!;
  const bias = Float32Array.from(tales.vectors[golden.layer]!, (value) => amount * value);
  const add: LayerPorts = { bias, read: new Float32Array(width), write: new Float32Array(width) };
  const mask = Float32Array.from(ids, (_, at) => (at === 0 ? 0 : 1));
  const runs = [
    await hooked.run({ ids: [ids] }),
    await hooked.run({ ids: [ids], layers: { [golden.layer]: add }, mask }),
  ];
  const grid = emptyGrid(layers, golden.written.length, 5);
  for (let layer = 0; layer < layers; layer++) {
    const [baseline, steered] = await Promise.all(
      runs.map(async ({ residuals }) => {
        const rows = layerOf(residuals!.data, layer, layers, width);
        const from = (golden.promptLength - 1) * width;
        return (await throughHead(model, layers, rows.slice(from, from + golden.written.length * width))).logits;
      }),
    );
    golden.written.forEach((own, position) => {
      const row = (logits: Float32Array) => logits.subarray(position * vocabulary, (position + 1) * vocabulary);
      fillCell(grid, layer, position, own, row(baseline!), row(steered!));
    });
  }
  for (const side of ['baseline', 'steered'] as const) expectSide(grid[side], golden[side]);
  expect(largestDifference(grid.kl, golden.kl.flat())).toBeLessThan(1e-4);
});

function expectSide(side: LensSide, wanted: Side): void {
  expect([...side.ids]).toEqual(wanted.ids.flat(2));
  expect(largestDifference(side.probabilities.map(Math.log), wanted.topLogProbabilities.flat(2))).toBeLessThan(1e-4);
  expect([...side.ranks]).toEqual(wanted.ranks.flat());
  expect(largestDifference(side.logProbabilities, wanted.logProbabilities.flat())).toBeLessThan(1e-4);
  expect(largestDifference(side.entropies, wanted.entropies.flat())).toBeLessThan(1e-4);
}
