import { dot, type Numbers } from '../tensors/vector.js';
import { principalComponents } from '../tensors/principal-component.js';

export interface Spectrum {
  /** The largest eigenvalues of the covariance, as shares of its trace, the largest first. */
  readonly shares: Float64Array;
  /** tr C: the mean squared distance from the mean. */
  readonly variance: number;
}

/** @param rows centred, n vectors [d] */
export function spectrumOf(rows: readonly Numbers[], count: number): Spectrum {
  const variance = rows.reduce((sum, row) => sum + dot(row, row), 0) / rows.length;
  const most = Math.min(count, rows.length, rows[0]?.length ?? 0);
  const shares = principalComponents(rows, most).map(({ magnitude }) => magnitude ** 2 / variance);
  return { shares: Float64Array.from(shares, (share) => (variance > 0 ? share : NaN)), variance };
}

/**
 * Participation ratio (Σλ)² / Σλ² of the covariance's eigenvalues λ: how many directions the spread takes up, 1 when it is
 * along one line, d when it is alike in all. Gao et al. 2017 (bioRxiv 214262). NaN when nothing varies.
 *
 * Σλ² is the squared Frobenius norm of the smaller of Gram matrix and covariance, so nothing is decomposed.
 *
 * @param rows centred, n vectors [d]
 */
export function participationRatio(rows: readonly Numbers[]): number {
  const n = rows.length;
  const width = rows[0]?.length ?? 0;
  let trace = 0;
  for (const row of rows) trace += dot(row, row);
  let squares = 0;
  // The covariance of few coordinates is the Gram matrix of its transpose.
  const vectors =
    n <= width ? rows : Array.from({ length: width }, (_, at) => Float64Array.from(rows, (row) => row[at]!));
  for (let i = 0; i < vectors.length; i++) {
    for (let j = 0; j <= i; j++) squares += (i === j ? 1 : 2) * dot(vectors[i]!, vectors[j]!) ** 2;
  }
  return squares > 0 ? trace ** 2 / squares : NaN;
}
