/**
 * What is said of a direction's quality: on its texts against scikit-learn's in PyTorch's residuals (recipes/finders), and of the
 * model's answer against what its raw forward passes give.
 */
import { readFileSync } from 'node:fs';
import type { ContrastTexts } from '../../src/core/directions/direction.js';
import { everywhere, expect, forward, golden, goldenSite, noPlan, test } from './fixtures.js';
import type { PlainPlan, PlainSite } from './harness.js';

const { model } = JSON.parse(readFileSync(new URL('../../test/golden/finders.json', import.meta.url), 'utf8')) as {
  model: {
    positive: string[];
    negative: string[];
    layers: { layer: number; found: Record<string, { heldOut: { auc: number; accuracy: number } }> }[];
  };
};
const texts: ContrastTexts = { kind: 'pairs', positive: model.positive, negative: model.negative };
const draws = { resamples: 100, random: 30, shuffles: 10, refits: 8 };

const beginOfText = 0;

test('texts say of a direction what scikit-learn says, outside of what chance reaches', async ({ page, engine }) => {
  test.skip(engine.device === 'webgpu', 'The texts’ figures are computed in TypeScript on either device.');
  const assessments = await page.evaluate(
    async ([texts, layers, draws]) => {
      const fitted = await window.engine.fitTexts(texts);
      const vectors = fitted.layers.filter(({ layer }) => layers.includes(layer));
      return window.engine.assess(texts, 'mean-difference', vectors, draws);
    },
    [texts, model.layers.map(({ layer }) => layer), draws] as const,
  );
  expect(assessments.map(({ layer }) => layer)).toEqual(model.layers.map(({ layer }) => layer));
  assessments.forEach(({ separation, intervals, random, shuffled, stability, ranks, explained }, index) => {
    const { auc, accuracy } = model.layers[index]!.found['mean-difference']!.heldOut;
    // A text that lies on the border may fall on either side by the last digits of a residual.
    expect(Math.abs(separation!.auc - auc)).toBeLessThan(0.02);
    expect(Math.abs(separation!.accuracy - accuracy)).toBeLessThan(0.05);
    expect(intervals!.auc.low).toBeLessThanOrEqual(separation!.auc);
    expect(intervals!.auc.high).toBeGreaterThanOrEqual(separation!.auc);
    expect(separation!.auc).toBeGreaterThan(shuffled!.bands.auc.high);
    expect(random!.auc.mean).toBeLessThan(separation!.auc);
    expect(stability!.mean).toBeGreaterThan(stability!.low);
    expect(ranks.map(({ rank }) => rank)).toEqual([1, 2, 4, 8]);
    expect(ranks[0]!.accuracy).toBeCloseTo(separation!.accuracy, 6);
    // More than its share among 192 numbers.
    expect(explained.residuals).toBeGreaterThan(1 / 192);
  });
});

test('what the model answers is what its forward passes give', async ({ page, engine }) => {
  const { layers, width, vocabulary } = engine.loaded.shape;
  const site = goldenSite(3);
  const other: PlainSite = { ...site, vector: golden.vectors[5]! };
  const { ids } = golden.prompts[0]!;
  const strength = 0.5;
  const report = await page.evaluate(
    ([ids, site, other, strength]) => window.engine.effectOf(ids, site, other, [strength]),
    [ids, site, other, strength] as const,
  );
  const plan = (...added: readonly (readonly [PlainSite, number])[]): PlainPlan => ({
    terms: added.map(([it, amount]) => ({ operator: 'add', strength: amount, scope: everywhere, sites: [it] })),
    steerSpecialTokens: false,
  });
  const run = (it: PlainPlan) => forward(page, { ids, promptLength: ids.length, plan: it });
  const before = await run(noPlan);
  const change = async (it: PlainPlan) => {
    const { residuals, logits } = await run(it);
    return { residuals: residuals.map((x, i) => x - before.residuals[i]!), logits, moved: centred(logits) };
  };
  /** Each position's change of logits, from its mean. */
  function centred(logits: Float32Array): Float32Array {
    const moved = logits.map((x, i) => x - before.logits[i]!);
    for (let at = 0; at < moved.length; at += vocabulary) {
      const row = moved.subarray(at, at + vocabulary);
      const mean = row.reduce((sum, x) => sum + x, 0) / vocabulary;
      row.forEach((x, i) => (row[i] = x - mean));
    }
    return moved;
  }
  const error = (whole: Float32Array, parts: readonly Float32Array[], of: (i: number) => boolean): number => {
    let [missed, size] = [0, 0];
    whole.forEach((x, i) => {
      if (!of(i)) return;
      missed += parts.reduce((rest, part) => rest - part[i]!, x) ** 2;
      size += x ** 2;
    });
    return Math.sqrt(missed / size);
  };
  const once = await change(plan([site, strength]));
  const twice = await change(plan([site, 2 * strength]));
  const second = await change(plan([other, strength]));
  const both = await change(plan([site, strength], [other, strength]));
  for (const [{ layers: errors, logits }, whole, parts] of [
    [report.doubled[0]!, twice, [once, once]],
    [report.summed[0]!, both, [once, second]],
  ] as const) {
    expect(errors).toHaveLength(layers);
    expect(errors.slice(0, 3)).toEqual([NaN, NaN, NaN]);
    // At the steered layer what is added is all that changed.
    expect(errors[3]).toBeLessThan(1e-4);
    for (let layer = 4; layer < layers; layer++) {
      const residuals = parts.map((part) => part.residuals);
      const wanted = error(whole.residuals, residuals, (i) => Math.floor(i / width) % layers === layer);
      expect(Math.abs(errors[layer]! - wanted)).toBeLessThan(1e-3);
      expect(wanted).toBeGreaterThan(1e-3);
    }
    const wanted = error(
      whole.moved,
      parts.map((part) => part.moved),
      () => true,
    );
    expect(Math.abs(logits - wanted)).toBeLessThan(1e-3);
  }
  // The beginning of the text is a special token: nothing is done at it, and what follows it is no word of the text.
  const read = ids.flatMap((id, at) => (id === beginOfText ? [] : [at]));
  expect(read).toHaveLength(ids.length - 1);
  expect(report.positions).toBe(read.length);

  /** ln p of the logits, position after position. */
  const logProbabilities = (logits: Float32Array): Float64Array => {
    const result = Float64Array.from(logits);
    for (let at = 0; at < result.length; at += vocabulary) {
      const row = result.subarray(at, at + vocabulary);
      const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
      row.forEach((x, i) => (row[i] = x - total));
    }
    return result;
  };
  const [after, unsteered] = [logProbabilities(once.logits), logProbabilities(before.logits)];
  const meanChange = (id: number): number =>
    read.reduce((sum, at) => sum + after[at * vocabulary + id]! - unsteered[at * vocabulary + id]!, 0) / read.length;
  expect(report.raised.length).toBeGreaterThan(0);
  expect(report.lowered.length).toBeGreaterThan(0);
  for (const { id, change: by } of [...report.raised, ...report.lowered]) {
    expect(Math.abs(meanChange(id) - by)).toBeLessThan(1e-3);
  }
  expect(report.raised[0]!.change).toBeGreaterThan(0);
  expect(report.lowered[0]!.change).toBeLessThan(0);
});
