/** How steering grows along texts of the bundled model, against PyTorch (recipes/compounding). */
import { readFileSync } from 'node:fs';
import { addPlan, everywhere, expect, golden as tales, largestDifference, test } from './fixtures.js';
import type { PlainCompounding, PlainReading } from './harness.js';

const { tales: golden } = JSON.parse(
  readFileSync(new URL('../../test/golden/compounding.json', import.meta.url), 'utf8'),
) as {
  tales: {
    readonly prompt: string;
    readonly layer: number;
    readonly readAt: number;
    readonly strength: number;
    readonly impulseTokens: number;
    readonly readTokens: number;
    readonly baseline: PlainReading;
    readonly steered: PlainReading;
    readonly impulse: PlainReading;
    readonly lengths: readonly { readonly length: number; readonly kl: number }[];
  };
};

const request: PlainCompounding = {
  prompts: [golden.prompt],
  seeds: [1],
  sampling: { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, maxNewTokens: golden.baseline.ids.length },
  plan: addPlan(golden.strength, everywhere, [golden.layer]),
  impulse: golden.impulseTokens,
  direction: { layer: golden.readAt, vector: tales.vectors[golden.readAt]! },
  lengths: [...golden.lengths.map(({ length }) => length), 500],
  readTokens: golden.readTokens,
};

test('texts, KL, residual drift and alignment by position are PyTorch’s', async ({ page, engine }) => {
  test.skip(engine.device !== 'wasm', 'the same code on every device; SwiftShader takes minutes');
  const { runs, progress, error } = await page.evaluate((it) => window.engine.compounding(it), request);
  expect(error).toBeNull();
  const run = runs[0]!;
  for (const text of ['baseline', 'steered', 'impulse'] as const) {
    const [ours, theirs] = [run[text]!, golden[text]];
    expect(ours.ids).toEqual(theirs.ids);
    for (const figure of ['kl', 'baselineNll', 'drift'] as const) {
      expect(ours[figure], figure).toHaveLength(theirs[figure].length);
      expect(largestDifference(ours[figure], theirs[figure]), `${text}, ${figure}`).toBeLessThan(1e-4);
    }
    for (const model of ['steered', 'unsteered'] as const) {
      expect(largestDifference(ours.alignment[model], theirs.alignment[model])).toBeLessThan(1e-4);
    }
  }
  // What the impulse adds is read at its tokens and let go after them.
  const { shape } = engine.loaded;
  const atLayer = golden.impulse.ids.map((_, token) => run.impulse!.drift[token * shape.layers + golden.layer]!);
  expect(Math.min(...atLayer.slice(0, golden.impulseTokens))).toBeGreaterThan(
    2 * Math.max(...atLayer.slice(golden.impulseTokens)),
  );
  expect(run.lengths.map(({ length }) => length)).toEqual(golden.lengths.map(({ length }) => length));
  expect(
    largestDifference(
      run.lengths.map(({ kl }) => kl),
      golden.lengths.map(({ kl }) => kl),
    ),
  ).toBeLessThan(1e-4);
  expect(progress.at(-1)).toBe(1);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
});

test('what is done before a cancel is kept, and texts are those that the page writes', async ({ page, engine }) => {
  test.skip(engine.device !== 'wasm', 'the same code on every device; SwiftShader takes minutes');
  const sampling = { ...request.sampling, temperature: 0.8, maxNewTokens: 12 };
  const seeds = [3, 4, 5, 6, 7, 8, 9, 10];
  const { runs, error } = await page.evaluate((it) => window.engine.compounding(it, 2), {
    ...request,
    sampling,
    seeds,
    lengths: [],
  });
  expect(error).toBe('cancelled');
  // A run or two may end while the page is told and cancels.
  expect(runs.length).toBeGreaterThanOrEqual(2);
  expect(runs.length).toBeLessThan(seeds.length);
  expect(runs.map(({ seed }) => seed)).toEqual(seeds.slice(0, runs.length));
  for (const { seed, baseline, steered } of runs) {
    const { rows } = await page.evaluate(
      ([prompt, plan, sampling]) =>
        window.engine.write({ prompt, sampling, rows: { baseline: { ...plan, terms: [] }, steered: plan } }),
      [golden.prompt, request.plan, { ...sampling, seed }] as const,
    );
    expect(rows['baseline']!.ids).toEqual(baseline.ids);
    expect(rows['steered']!.ids).toEqual(steered.ids);
  }
});

test('a slider’s text goes first while texts are read, and a graph that is opened anew in between changes nothing', async ({
  page,
  engine,
}) => {
  test.skip(engine.device !== 'wasm', 'the same code on every device; SwiftShader takes minutes');
  const { order, alone, beside } = await page.evaluate(
    async ([request, plan]) => {
      const alone = await window.engine.compounding(request);
      const order: string[] = [];
      const reading = window.engine.compounding(request).then((result) => {
        order.push('read');
        return result;
      });
      // A clamp at a place that the graph has no hook at yet has it opened again.
      await window.engine.write({ prompt: 'Tom', sampling: { maxNewTokens: 2 }, rows: { row: plan } });
      order.push('written');
      return { order, alone: alone.runs, beside: (await reading).runs };
    },
    [
      { ...request, seeds: [1, 2, 3] },
      { ...addPlan(0.5), terms: addPlan(0.5).terms.map((term) => ({ ...term, operator: 'cap' as const })) },
    ] as const,
  );
  expect(order).toEqual(['written', 'read']);
  expect(beside.map(({ steered }) => steered.ids)).toEqual(alone.map(({ steered }) => steered.ids));
  for (const [index, { steered }] of beside.entries()) {
    expect(largestDifference(steered.kl, alone[index]!.steered.kl)).toBeLessThan(1e-4);
  }
});
