import { describe, expect, it } from 'vitest';
import { decideConditions, meanResiduals, measureCondition } from '../../../src/core/steering/condition.js';
import type { Condition, Plan, PlanTerm } from '../../../src/core/steering/plan.js';

const east = Float32Array.of(1, 0);
const condition: Condition = { layer: 0, vector: east, figure: 'alignment', side: 'above', threshold: 0.5 };

describe('a condition', () => {
  it('measures a 3-4-5 triangle', () => {
    const h = [-3, 4];
    expect(measureCondition(condition, h)).toEqual({ figure: -0.6, holds: false });
    expect(measureCondition({ ...condition, figure: 'projection' }, h)).toEqual({ figure: 0.6, holds: true });
    expect(measureCondition({ ...condition, side: 'below' }, h).holds).toBe(true);
  });

  it('is the cosine of h with its projection, as CAST says it', () => {
    const c = Float32Array.of(0.6, 0.8);
    const h = [2, -5];
    // P = c cᵀ / (c·c), P h, and the cosine of both, written out.
    const along = 0.6 * 2 + 0.8 * -5;
    const projected = [along * 0.6, along * 0.8];
    const cosine =
      (h[0]! * projected[0]! + h[1]! * projected[1]!) /
      (Math.hypot(...h) * Math.hypot(...(projected as [number, number])));
    expect(measureCondition({ ...condition, vector: c, figure: 'projection' }, h).figure).toBeCloseTo(cosine, 7);
  });

  it('holds on exactly one side, at the threshold too', () => {
    for (const threshold of [-0.6, -0.59, 0, 1]) {
      const sides = (['above', 'below'] as const).map(
        (side) => measureCondition({ ...condition, side, threshold }, [-3, 4]).holds,
      );
      expect(sides.filter(Boolean)).toHaveLength(1);
    }
  });

  it('holds nowhere when there is nothing to read', () => {
    for (const side of ['above', 'below'] as const) {
      expect(measureCondition({ ...condition, side, threshold: 0 }, [0, 0])).toEqual({ figure: NaN, holds: false });
    }
  });
});

it('the mean of a prompt leaves special tokens out, layer by layer', () => {
  // Three tokens, two layers of width 2.
  const residuals = Float32Array.of(9, 9, 9, 9, 1, 2, 10, 20, 3, 4, 30, 40);
  const mean = meanResiduals(residuals, [true, false, false], { layers: 2, width: 2 });
  expect([...mean]).toEqual([2, 3, 20, 30]);
});

it('terms whose condition fails are gone, the others lose it, and each outcome is told', () => {
  const term = (strength: number, change?: Partial<Condition>): PlanTerm => ({
    operator: 'add',
    strength,
    scope: { prompt: true, generated: true },
    sites: [{ layer: 0, vector: east, residualNorm: 1 }],
    ...(change && { condition: { ...condition, ...change } }),
  });
  const plan: Plan = {
    terms: [term(1), term(2, { layer: 1 }), term(3, { layer: 0 }), term(4, { layer: 0, side: 'below' })],
    steerSpecialTokens: true,
  };
  const means = [
    [0.8, 0.6],
    [0, 1],
  ];
  const { plan: decided, outcomes } = decideConditions(plan, (layer) => means[layer]!);
  expect(decided).toEqual({ terms: [term(1), term(3)], steerSpecialTokens: true });
  expect(outcomes).toEqual([
    { figure: 0, holds: false },
    { figure: 0.8, holds: true },
    { figure: 0.8, holds: false },
  ]);
});
