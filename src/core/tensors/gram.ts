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
  const none = new Float64Array(few ? width : n);
  const at = (k: number): Float64Array => vectors[k] ?? none;
  for (let i = 0; i < vectors.length; i += 2) {
    for (let j = 0; j <= i + 1; j += 4) {
      const products = dotsOfTwoWithFour(at(i), at(i + 1), at(j), at(j + 1), at(j + 2), at(j + 3));
      for (let k = 0; k < products.length; k++) {
        const [row, column] = [i + (k >> 2), j + (k & 3)];
        if (row >= vectors.length || column > row) continue;
        matrix[row]![column] = matrix[column]![row] = products[k]! / n;
      }
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

/** Eight products at once, x’s before y’s: one sum alone mostly waits for its last addition and for memory. */
function dotsOfTwoWithFour(
  x: Float64Array,
  y: Float64Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
): readonly number[] {
  let [xa, xb, xc, xd] = [0, 0, 0, 0];
  let [ya, yb, yc, yd] = [0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [xi, yi] = [x[i]!, y[i]!];
    const [ai, bi, ci, di] = [a[i]!, b[i]!, c[i]!, d[i]!];
    xa += xi * ai;
    xb += xi * bi;
    xc += xi * ci;
    xd += xi * di;
    ya += yi * ai;
    yb += yi * bi;
    yc += yi * ci;
    yd += yi * di;
  }
  return [xa, xb, xc, xd, ya, yb, yc, yd];
}

/** Squared Frobenius norm of the covariance, Σλ². */
export function squaresOf({ matrix }: SmallerProduct): number {
  return matrix.reduce((sum, row) => sum + dot(row, row), 0);
}
