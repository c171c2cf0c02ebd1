import type { Steps } from '../steps.js';
import { dot, type Numbers } from './vector.js';

/**
 * Second moments of the rows X [n, d] by the smaller of two matrices with the same eigenvalues, but for zeros, and so the same
 * squared norm: the Gram matrix XXᵀ/n of few rows, the covariance XᵀX/n of many.
 */
export interface SmallerProduct {
  readonly of: 'rows' | 'coordinates';
  /** [m, m], m = min(n, d), row by row */
  readonly matrix: readonly Float64Array[];
}

export function* smallerProductSteps(rows: readonly Numbers[]): Steps<SmallerProduct> {
  const n = rows.length;
  const width = rows[0]?.length ?? 0;
  const few = n <= width;
  const length = few ? width : n;
  const vectors: Float64Array[] = [];
  for (let at = 0; at < (few ? n : width); at++) {
    vectors.push(few ? Float64Array.from(rows[at]!) : coordinateOf(rows, at));
    yield;
  }
  const matrix = vectors.map(() => new Float64Array(vectors.length));
  const none = new Float64Array(length);
  for (let i = 0; i < vectors.length; i++) {
    for (let j = 0; j <= i; j += 4) {
      const [a, b, c, d] = [vectors[j]!, vectors[j + 1] ?? none, vectors[j + 2] ?? none, vectors[j + 3] ?? none];
      dotWithFour(vectors[i]!, a, b, c, d).forEach((value, k) => {
        if (j + k <= i) matrix[i]![j + k] = matrix[j + k]![i] = value / n;
      });
    }
    yield;
  }
  return { of: few ? 'rows' : 'coordinates', matrix };
}

function coordinateOf(rows: readonly Numbers[], at: number): Float64Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < values.length; i++) values[i] = rows[i]![at]!;
  return values;
}

/** Four products at once, since one sum alone mostly waits for its last addition. */
function dotWithFour(
  x: Float64Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
): readonly [number, number, number, number] {
  let [withA, withB, withC, withD] = [0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    withA += value * a[i]!;
    withB += value * b[i]!;
    withC += value * c[i]!;
    withD += value * d[i]!;
  }
  return [withA, withB, withC, withD];
}

/** Squared Frobenius norm of the covariance, Σλ². */
export function squaresOf({ matrix }: SmallerProduct): number {
  return matrix.reduce((sum, row) => sum + dot(row, row), 0);
}
