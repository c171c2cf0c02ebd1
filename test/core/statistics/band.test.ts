import { describe, expect, it } from 'vitest';
import { bandOf, bandsAlong, mapBand } from '../../../src/core/statistics/band.js';
import { studentReach } from '../../../src/core/statistics/student.js';
import { readGolden } from '../../golden/read.js';

const golden = readGolden<{
  bands: { values: number[]; mean: number; low: number; high: number }[];
  reach: { degrees: number; t: number }[];
}>('compounding');

describe('the reach of Student’s t', () => {
  it.each(golden.reach)('is SciPy’s for $degrees degrees of freedom', ({ degrees, t }) => {
    expect(studentReach(0.95, degrees)).toBeCloseTo(t, 9);
  });
  it('is without end where nothing is known of the spread', () => expect(studentReach(0.95, 0)).toBe(Infinity));
});

describe('the band of a mean', () => {
  it.each(golden.bands)('of $values.length values is SciPy’s', ({ values, mean, low, high }) => {
    const band = bandOf(values);
    expect(band.mean).toBeCloseTo(mean, 9);
    expect(band.low).toBeCloseTo(low, 8);
    expect(band.high).toBeCloseTo(high, 8);
  });

  it('leaves out what is not known, and has no interval for one value', () => {
    expect(bandOf([NaN, 2])).toEqual({ mean: 2, low: NaN, high: NaN, count: 1 });
    expect(bandOf([]).mean).toBeNaN();
  });

  it('is of the series that are long enough, along positions', () => {
    const bands = bandsAlong([[1, 2, 3], [3]]);
    expect(bands.map(({ mean, count }) => [mean, count])).toEqual([
      [2, 2],
      [2, 1],
      [3, 1],
    ]);
  });

  it('goes through a growing function with its ends', () => {
    expect(mapBand({ mean: 0, low: -1, high: 1, count: 2 }, Math.exp)).toEqual({ mean: 1, low: Math.exp(-1), high: Math.E, count: 2 }); // prettier-ignore
  });
});
