import { describe, expect, it } from 'vitest';
import {
  distinctAlong,
  distinctN,
  growthOf,
  lineThrough,
  partingPoint,
  residualDrift,
} from '../../../src/core/measures/index.js';
import { readGolden } from '../../golden/read.js';

const golden = readGolden<{
  lines: { x: number[]; y: number[]; slope: number; intercept: number; error: number }[];
  growth: { series: number[][]; slope: number; low: number; high: number; ends: [number, number] }[];
  drift: { steered: number[]; unsteered: number[]; drift: number }[];
}>('compounding');

describe('a line by least squares', () => {
  it.each(golden.lines)('is SciPy’s linregress', ({ x, y, ...expected }) => {
    const line = lineThrough(x, y);
    for (const name of ['slope', 'intercept', 'error'] as const) expect(line[name]).toBeCloseTo(expected[name], 9);
  });
});

describe('growth', () => {
  it.each(golden.growth)('of $series.length texts has SciPy’s slope and interval', (expected) => {
    const growth = growthOf(expected.series)!;
    for (const name of ['slope', 'low', 'high'] as const) expect(growth[name]).toBeCloseTo(expected[name], 8);
    expect(growth.from).toBeCloseTo(expected.ends[0], 8);
    expect(growth.to).toBeCloseTo(expected.ends[1], 8);
  });

  it('finds what was planted: a figure that grows by a tenth a token, and its exact ends', () => {
    const growth = growthOf([Array.from({ length: 12 }, (_, at) => 0.2 * 1.1 ** at)])!;
    expect(growth).toMatchObject({ first: 0, last: 11, texts: 1 });
    expect(Math.exp(growth.slope)).toBeCloseTo(1.1, 9);
    expect(growth.to).toBeCloseTo(0.2 * 1.1 ** 11, 9);
    expect(growth.low).toBeCloseTo(growth.slope, 6);
  });

  it('takes no zeros, no rounding and no gaps, and says nothing of too few points', () => {
    const growth = growthOf([[0, 1e-9, NaN, 0.5, 0.5, 0.5, 0.5]])!;
    expect(growth).toMatchObject({ first: 3, last: 6, texts: 1 });
    expect(growth.slope).toBeCloseTo(0, 12);
    expect(growthOf([[0, 0.5, 0.5, 0.5]])).toBeNull();
    expect(growthOf([])).toBeNull();
  });
});

describe('residual drift', () => {
  it.each(golden.drift)('is NumPy’s', ({ steered, unsteered, drift }) => {
    expect(residualDrift(steered, unsteered)).toBeCloseTo(drift, 12);
  });
  it('is not known of a zero residual', () => expect(residualDrift([1], [0])).toBeNaN());
});

describe('where texts part', () => {
  it('is the first id that differs, or the end of the shorter text', () => {
    expect(partingPoint([1, 2, 3], [1, 2, 4])).toBe(2);
    expect(partingPoint([5], [6])).toBe(0);
    expect(partingPoint([1, 2], [1, 2, 3])).toBe(2);
    expect(partingPoint([1, 2], [1, 2])).toBeNull();
  });
});

describe('different pairs along a text', () => {
  it('are at each token those of the text up to it', () => {
    const ids = [1, 2, 1, 2, 3, 1, 2, 1];
    const along = [...distinctAlong(ids, 2)];
    expect(along[0]).toBeNaN();
    for (let end = 1; end < ids.length; end++) expect(along[end]).toBe(distinctN(ids.slice(0, end + 1), 2));
    expect(along.at(-1)).toBe(4 / 7);
  });
});
