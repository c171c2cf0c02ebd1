import { describe, expect, it } from 'vitest';
import {
  centredRows,
  correlationOf,
  covarianceAlong,
  covarianceParts,
  largestCoordinates,
  type CovariancePart,
} from '../../../src/core/covariance/covariance.js';
import { participationRatio, spectrumOf } from '../../../src/core/covariance/spectrum.js';
import { whiteningOf } from '../../../src/core/covariance/whitening.js';
import { dot } from '../../../src/core/tensors/vector.js';
import { readGolden } from '../../golden/read.js';

interface Case {
  readonly positive: number[][];
  readonly negative: number[][];
  readonly axes: number[][];
  readonly along: Record<CovariancePart, number[][]>;
  readonly correlation: number[][];
  readonly shares: number[];
  readonly participation: { readonly total: number; readonly within: number };
  readonly largest: number[];
  readonly probe: number[];
  readonly whitened: number[];
}
const golden = readGolden<Record<string, Case>>('covariance');

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  const size = Math.max(...Array.from(wanted, Math.abs));
  expect(found).toHaveLength(wanted.length);
  Array.from(wanted).forEach((value, index) => expect(Math.abs(found[index]! - value) / size).toBeLessThan(1e-9));
}

describe.each(Object.entries(golden))('of %s', (_, it_) => {
  const total = centredRows(it_, 'total');
  it.each(covarianceParts)('the covariance, %s, is NumPy’s', (part) => {
    expectClose(covarianceAlong(centredRows(it_, part), it_.axes), it_.along[part].flat());
  });
  it('the correlation is NumPy’s', () => {
    expectClose(correlationOf(covarianceAlong(total, it_.axes)), it_.correlation.flat());
  });
  it('the spectrum, the largest coordinates and the participation ratio are NumPy’s', () => {
    expectClose(spectrumOf(total, 4).shares, it_.shares);
    expect(largestCoordinates(total, 4)).toEqual(it_.largest);
    expect(participationRatio(total)).toBeCloseTo(it_.participation.total, 9);
    expect(participationRatio(centredRows(it_, 'within'))).toBeCloseTo(it_.participation.within, 9);
  });
  it('whitening is NumPy’s, and makes the classes alike in all directions that they have', () => {
    const whiten = whiteningOf(it_);
    expectClose(whiten(it_.probe), it_.whitened);
    const white = { positive: it_.positive.map(whiten), negative: it_.negative.map(whiten) };
    const rows = centredRows(white, 'within');
    const variance = rows.reduce((sum, row) => sum + dot(row, row), 0) / rows.length;
    // Each direction that is left has variance 1, so they are as many as the whole variance, and take part alike.
    expect(variance).toBeCloseTo(Math.round(variance), 6);
    expect(participationRatio(rows)).toBeCloseTo(variance, 6);
  });
});

describe('where nothing varies', () => {
  const still = { positive: [Float32Array.of(1, 2)], negative: [Float32Array.of(1, 2)] };
  it('correlations and ratios are not made up', () => {
    const rows = centredRows(still, 'total');
    expect([...covarianceAlong(rows, [[1, 0]])]).toEqual([0]);
    expect([...correlationOf(covarianceAlong(rows, [[1, 0]]))]).toEqual([NaN]);
    expect(participationRatio(rows)).toBeNaN();
    expect([...spectrumOf(rows, 2).shares]).toEqual([NaN, NaN]);
    expect([...whiteningOf(still)([3, 4])]).toEqual([0, 0]);
  });
  it('a spread along one line takes up one direction', () => {
    const line = [-2, -1, 0, 1, 2].map((x) => Float32Array.of(x, 2 * x, -x));
    expect(participationRatio(centredRows({ positive: line, negative: [] }, 'total'))).toBeCloseTo(1, 9);
  });
});
