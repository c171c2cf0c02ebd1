/** How the bundled model's residuals spread, against coordinates that NumPy gave residuals that PyTorch left. */
import { readFileSync } from 'node:fs';
import { expect, golden, test } from './fixtures.js';

const { model } = JSON.parse(readFileSync(new URL('../../test/golden/planes.json', import.meta.url), 'utf8')) as {
  model: {
    layer: number;
    positive: string[];
    negative: string[];
    /** Of all texts, positive first: coordinates along the axes, from the mean. */
    components: { axes: number[][]; points: number[][]; shares: number[] };
  };
};
test.beforeEach(({ engine }) => {
  test.skip(
    engine.device === 'webgpu',
    'computed in TypeScript on either device, from residuals that planes.spec compares',
  );
});

const { axes, points, shares } = model.components;
const texts = { kind: 'pairs', positive: model.positive, negative: model.negative } as const;

/** Σ pᵢ pⱼ / n of points, [k, k]. */
const moments = (of: readonly (readonly number[])[]): number[] =>
  [0, 1].flatMap((i) => [0, 1].map((j) => of.reduce((sum, p) => sum + p[i]! * p[j]!, 0) / of.length));
const classMean = (of: readonly (readonly number[])[]): number[] =>
  [0, 1].map((k) => of.reduce((sum, p) => sum + p[k]!, 0) / of.length);
const sides = [points.slice(0, model.positive.length), points.slice(model.positive.length)];
const within = sides.flatMap((side) => {
  const mean = classMean(side);
  return side.map((p) => p.map((value, k) => value - mean[k]!));
});
const between = sides.flatMap((side) => side.map(() => classMean(side)));

for (const [part, rows] of [
  ['total', points],
  ['within', within],
  ['between', between],
] as const) {
  test(`the covariance, ${part}, is that of PyTorch’s residuals`, async ({ page }) => {
    const report = await page.evaluate(
      ([texts, layer, part, vectors]) => window.engine.covariance(texts, layer, part, vectors),
      [texts, model.layer, part, axes] as const,
    );
    const wanted = moments(rows);
    const size = Math.max(...wanted.map(Math.abs));
    wanted.forEach((value, at) => expect(Math.abs(report.covariance[at]! - value) / size).toBeLessThan(1e-4));
    expect(report.texts).toEqual([model.positive.length, model.negative.length]);
    if (part !== 'total') return;
    shares.forEach((share, k) => expect(Math.abs(report.spectrum[k]! - share)).toBeLessThan(1e-5));
    expect(report.correlation[0]).toBeCloseTo(1, 6);
    expect(Math.abs(report.correlation[1]!)).toBeLessThan(1e-3);
  });
}

test('every layer says how its texts spread, and what whitening does to telling them apart', async ({ page }) => {
  const spread = await page.evaluate((texts) => window.engine.spread(texts), texts);
  for (const values of [spread.participation, spread.withinShare, spread.plain, spread.whitened]) {
    expect(values).toHaveLength(golden.vectors.length);
  }
  for (const ratio of spread.participation) {
    expect(ratio).toBeGreaterThan(1);
    expect(ratio).toBeLessThan(model.positive.length + model.negative.length);
  }
  spread.withinShare.forEach((share) => {
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
  });
  expect(spread.plain[model.layer]!.auc).toBeGreaterThan(0.9);
});
