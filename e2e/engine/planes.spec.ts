/** Planes of the bundled model's residuals against NumPy's, of residuals that PyTorch left. */
import { readFileSync } from 'node:fs';
import { cosine } from '../../src/core/tensors/vector.js';
import { addPlan, expect, forward, golden, largestDifference, noPlan, test } from './fixtures.js';

interface GoldenPlane {
  readonly axes: readonly (readonly number[])[];
  readonly points: readonly (readonly number[])[];
  readonly shares: readonly number[];
}
const { model } = JSON.parse(readFileSync(new URL('../../test/golden/planes.json', import.meta.url), 'utf8')) as {
  model: {
    layer: number;
    positive: string[];
    negative: string[];
    origin: number[];
    direction: number[];
    components: GoldenPlane;
    rest: GoldenPlane;
  };
};
const texts = { kind: 'pairs', positive: model.positive, negative: model.negative } as const;

test('the two components of happy and sad texts are NumPy’s, with their variances and every text in its place', async ({
  page,
}) => {
  const plane = await page.evaluate(([texts, layer]) => window.engine.plane(texts, layer), [
    texts,
    model.layer,
  ] as const);
  plane.axes.forEach((axis, k) => expect(cosine(axis, model.components.axes[k]!)).toBeGreaterThan(0.9999));
  plane.shares!.forEach((share, k) => expect(Math.abs(share - model.components.shares[k]!)).toBeLessThan(1e-5));
  expect(largestDifference(plane.origin, model.origin)).toBeLessThan(1e-3);
  const points = model.components.points.flat();
  const reach = Math.max(...points.map(Math.abs));
  expect(largestDifference([...plane.positive, ...plane.negative], points)).toBeLessThan(1e-3 * reach);
  expect(Math.abs(plane.residualNorm! / golden.direction.residual_norm[model.layer]! - 1)).toBeLessThan(1e-4);
});

test('a direction and the strongest that it leaves are NumPy’s', async ({ page }) => {
  const plane = await page.evaluate(([texts, layer, direction]) => window.engine.plane(texts, layer, direction), [
    texts,
    model.layer,
    model.direction,
  ] as const);
  expect(cosine(plane.axes[0]!, model.direction)).toBeGreaterThan(0.99999);
  expect(Math.abs(cosine(plane.axes[1]!, model.rest.axes[1]!))).toBeGreaterThan(0.9999);
  plane.shares!.forEach((share, k) => expect(Math.abs(share - model.rest.shares[k]!)).toBeLessThan(1e-5));
});

test('what is added along an axis moves tokens by as much in the plane', async ({ page }) => {
  const { axes, residualNorm } = await page.evaluate(([texts, layer]) => window.engine.plane(texts, layer), [
    texts,
    model.layer,
  ] as const);
  const { ids } = golden.prompts[0]!;
  const term = addPlan(0.5, { prompt: true, generated: true }, [model.layer]).terms[0]!;
  const site = { layer: model.layer, vector: axes[1]!, residualNorm: residualNorm! };
  const plan = { ...noPlan, terms: [{ ...term, sites: [site] }] };
  const request = { ids, promptLength: ids.length };
  const [before, after] = [
    await forward(page, { ...request, plan: noPlan }),
    await forward(page, { ...request, plan }),
  ];
  const { layers, width } = { layers: golden.vectors.length, width: axes[0]!.length };
  const along = (residuals: Float32Array, axis: readonly number[]): number => {
    const start = ((ids.length - 1) * layers + model.layer) * width;
    return axis.reduce((sum, value, i) => sum + value * residuals[start + i]!, 0);
  };
  const moved = axes.map((axis) => along(after.residuals, axis) - along(before.residuals, axis));
  expect(Math.abs(moved[0]!)).toBeLessThan(1e-3 * residualNorm!);
  expect(Math.abs(moved[1]! - 0.5 * residualNorm!)).toBeLessThan(1e-3 * residualNorm!);
});

test('one text a side spans no plane, and the message says what to do', async ({ page }) => {
  const failure = await page.evaluate(() =>
    window.failure(window.engine.plane({ kind: 'prompts', positive: ['So happy.'], negative: ['So sad.'] }, 2)),
  );
  expect(failure).toMatchObject({ name: 'SteerboardError', code: 'direction-degenerate' });
  expect(failure.message).toContain('Write at least three texts');
});
