import { toEnd, type Steps } from '../steps.js';
import { smallerProductSteps, squaresOf } from '../tensors/gram.js';
import { principalComponentSteps, type PrincipalComponent } from '../tensors/principal-component.js';
import { dot, type Numbers } from '../tensors/vector.js';

export interface Spectrum {
  /** The components of the largest eigenvalues. */
  readonly components: readonly PrincipalComponent[];
  /** The largest eigenvalues of the covariance, as shares of its trace, the largest first. */
  readonly shares: Float64Array;
  /** tr C: the mean squared distance from the mean. */
  readonly variance: number;
}

/** The spectrum at once, as {@link spectrumSteps} says. */
export function spectrumOf(rows: readonly Numbers[], count: number): Spectrum {
  return toEnd(spectrumSteps(rows, count));
}

/** @param rows centred, n vectors [d] */
export function* spectrumSteps(rows: readonly Numbers[], count: number): Steps<Spectrum> {
  const variance = traceOf(rows) / rows.length;
  const most = Math.min(count, rows.length, rows[0]?.length ?? 0);
  const components = yield* principalComponentSteps(rows, most);
  const shares = Float64Array.from(components, ({ magnitude }) => (variance > 0 ? magnitude ** 2 / variance : NaN));
  return { components, shares, variance };
}

/** The ratio at once, as {@link participationSteps} says. */
export function participationRatio(rows: readonly Numbers[]): number {
  return toEnd(participationSteps(rows));
}

/**
 * Participation ratio (Σλ)² / Σλ² of the covariance's eigenvalues λ: how many directions the spread takes up, 1 when it is
 * along one line, d when it is alike in all. Gao et al. 2017 (bioRxiv 214262). NaN when nothing varies.
 *
 * Σλ² is a matrix’s squared norm, so nothing is decomposed.
 *
 * @param rows centred, n vectors [d]
 */
export function* participationSteps(rows: readonly Numbers[]): Steps<number> {
  const squares = squaresOf(yield* smallerProductSteps(rows));
  return squares > 0 ? (traceOf(rows) / rows.length) ** 2 / squares : NaN;
}

function traceOf(rows: readonly Numbers[]): number {
  return rows.reduce((sum, row) => sum + dot(row, row), 0);
}
