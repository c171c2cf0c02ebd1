import { describe, expect, it } from 'vitest';
import { bestWithin, effectAtCost, frontierOf, type Toward } from '../../../src/core/sweeps/index.js';
import { readGolden } from '../../golden/read.js';

interface Golden {
  frontiers: {
    points: [number, number][];
    more: number[];
    less: number[];
    budgets: number[];
    best: (number | null)[];
  }[];
}
const clouds = readGolden<Golden>('sweeps').frontiers.map((cloud) => ({
  ...cloud,
  points: cloud.points.map(([effect, cost], index) => ({ effect, cost, index })),
}));

describe('the frontier', () => {
  it.each(clouds)('is what no point beats, ties kept ($points.length points)', ({ points, more, less }) => {
    for (const [toward, expected] of [['more', more] as const, ['less', less] as const]) {
      const found = frontierOf(points, toward satisfies Toward);
      expect(found.map(({ index }) => index).sort((a, b) => a - b)).toEqual(expected);
      for (const [at, point] of found.entries())
        expect(point.cost).toBeGreaterThanOrEqual(found[at - 1]?.cost ?? -Infinity);
    }
  });

  it.each(clouds)('says the most effect within a budget ($points.length points)', ({ points, budgets, best }) => {
    const found = budgets.map((budget) => effectAtCost(points, budget));
    expect(found).toEqual(best.map((effect) => effect ?? NaN));
  });

  it('leaves out points without figures, and is empty of none', () => {
    const bad = [
      { effect: NaN, cost: 0 },
      { effect: 9, cost: NaN },
    ];
    expect(frontierOf([...bad, { effect: 1, cost: 1 }])).toEqual([{ effect: 1, cost: 1 }]);
    expect(frontierOf(bad)).toEqual([]);
    expect(bestWithin(bad, 10)).toBeNull();
  });

  it('takes the least effect where less is wanted', () => {
    const points = [-1, 0, 1].map((effect) => ({ effect, cost: Math.abs(effect) }));
    expect(bestWithin(points, 5, 'less')?.effect).toBe(-1);
    expect(bestWithin(points, 0.5, 'less')?.effect).toBe(0);
  });
});
