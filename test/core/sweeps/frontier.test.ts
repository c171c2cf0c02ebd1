import { describe, expect, it } from 'vitest';
import { frontierOf, type Toward } from '../../../src/core/sweeps/index.js';
import { readGolden } from '../../golden/read.js';

interface Golden {
  frontiers: {
    points: [number, number][];
    more: number[];
    less: number[];
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

  it('leaves out points without figures, and is empty of none', () => {
    const bad = [
      { effect: NaN, cost: 0 },
      { effect: 9, cost: NaN },
    ];
    expect(frontierOf([...bad, { effect: 1, cost: 1 }])).toEqual([{ effect: 1, cost: 1 }]);
    expect(frontierOf(bad)).toEqual([]);
  });
});
