import { describe, expect, it } from 'vitest';
import { rangeOf, upperCosts, type CostPoint, type SafeRange } from '../../../src/core/calibration/index.js';
import { readGolden } from '../../golden/read.js';

interface Case {
  readonly name: string;
  readonly budget: number;
  readonly points: readonly CostPoint[];
  readonly upper: readonly number[];
  readonly range: SafeRange;
}

const cases = readGolden<readonly Case[]>('calibration');

/** Texts that all cost the same, so that their upper limit is that cost. */
const curve = (strengths: readonly number[], cost: (strength: number) => number): readonly CostPoint[] =>
  strengths.map((strength) => ({ strength, kl: [1, 1, 1].map(() => cost(strength)) }));

describe('against numpy', () => {
  it.each(cases)('the upper costs of "$name" at a budget of $budget', ({ points, upper }) => {
    upperCosts(points).forEach((cost, at) => expect(cost).toBeCloseTo(upper[at]!, 10));
  });

  it.each(cases)('the range of "$name" at a budget of $budget, in whatever order the points come', (it) => {
    for (const points of [it.points, [...it.points].reverse()]) {
      const range = rangeOf(points, it.budget, 0)!;
      expect(range.ends).toEqual(it.range.ends);
      expect(range.from).toBeCloseTo(it.range.from, 10);
      expect(range.to).toBeCloseTo(it.range.to, 10);
    }
  });
});

describe('a planted curve', () => {
  it('that is quadratic gives the exact strengths, however coarse the grid', () => {
    const range = rangeOf(
      curve([-2, 0, 3], (s) => 0.7 * s * s),
      1.5,
      0,
    )!;
    expect(range.from).toBeCloseTo(-Math.sqrt(1.5 / 0.7), 12);
    expect(range.to).toBeCloseTo(Math.sqrt(1.5 / 0.7), 12);
  });

  it('that rises, falls and rises ends at its first crossing', () => {
    const points = curve([0, 1, 2, 3, 4], (s) => [0, 4, 0, 4, 9][s]!);
    const range = rangeOf(points, 1, 0)!;
    expect(range.to).toBeCloseTo(0.5, 12);
    expect(range).toMatchObject({ from: 0, ends: { from: false, to: true } });
  });

  it('that never costs too much has no ends, also where nothing happens at all', () => {
    for (const cost of [() => 0, (s: number) => 0.1 * s * s]) {
      expect(rangeOf(curve([-2, -1, 0, 1, 2], cost), 1.5, 0)).toEqual({
        from: -2,
        to: 2,
        ends: { from: false, to: false },
      });
    }
  });

  it('that costs too much at the origin is safe around where it costs least', () => {
    const points = curve([-2, -1, 0, 1, 2], (s) => (s - 2) ** 2);
    const range = rangeOf(points, 1, 0)!;
    expect(range.from).toBeCloseTo(1, 12);
    expect(range).toMatchObject({ to: 2, ends: { from: true, to: false } });
  });

  it('that always costs too much has no range', () => {
    expect(
      rangeOf(
        curve([-1, 0, 1], () => 9),
        1.5,
        0,
      ),
    ).toBeNull();
  });

  it.each([NaN, Infinity])('that becomes %f ends at the last strength that is known to hold', (bad) => {
    const points = curve([0, 0.5, 1, 2], (s) => (s === 1 ? bad : s * s));
    expect(rangeOf(points, 1.5, 0)).toEqual({ from: 0, to: 0.5, ends: { from: false, to: true } });
  });

  it('grows with the budget', () => {
    const { points } = cases[0]!;
    const ends = [0.2, 0.5, 1, 2, 4].map((budget) => rangeOf(points, budget, 0)!.to);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(new Set(ends).size).toBeGreaterThan(3);
  });
});

it('a wider spread of texts makes a smaller range', () => {
  const spread = (factor: number): readonly CostPoint[] =>
    [0, 1, 2].map((strength) => ({ strength, kl: [strength ** 2 / factor, strength ** 2, strength ** 2 * factor] }));
  expect(rangeOf(spread(1.5), 1.5, 0)!.to).toBeLessThan(rangeOf(spread(1.1), 1.5, 0)!.to);
});
