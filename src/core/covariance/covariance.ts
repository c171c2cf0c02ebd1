/**
 * How residuals of two classes of texts spread: covariances over a few axes, as a whole, within the classes and between
 * them. All are divided by n, so that total = within + between, the law of total covariance.
 */
import { largestIndices } from '../tensors/selection.js';
import { addScaled, dot, meanOf, type Numbers } from '../tensors/vector.js';

/** Residuals of contrast texts at one layer: n₊ and n₋ vectors [d]. */
export interface Classes {
  readonly positive: readonly Numbers[];
  readonly negative: readonly Numbers[];
}

export const covarianceParts = ['total', 'within', 'between'] as const;
/**
 * `total`: around the mean of all texts. `within`: around the mean of each text's own class. `between`: of the two class
 * means around the mean of all.
 */
export type CovariancePart = (typeof covarianceParts)[number];

/**
 * The rows whose second moments Σ rᵀr / n are a part's covariance, n = n₊ + n₋ vectors [d] in double, positive ones first. Of
 * `between` a text's row is its class mean.
 */
export function centredRows({ positive, negative }: Classes, part: CovariancePart): Float64Array[] {
  const all = meanOf([...positive, ...negative]);
  return [positive, negative].flatMap((texts) => {
    if (texts.length === 0) return [];
    const own = meanOf(texts);
    return texts.map((text) => {
      const row = Float64Array.from(part === 'between' ? own : text);
      addScaled(row, part === 'within' ? own : all, -1);
      return row;
    });
  });
}

/**
 * Covariance of the coordinates along axes, [k, k] row-major: aᵢᵀ C aⱼ.
 *
 * @param rows as {@link centredRows} gives them
 * @param axes k vectors [d]; unit vectors, so that a variance is in squared units of the residual
 */
export function covarianceAlong(rows: readonly Numbers[], axes: readonly Numbers[]): Float64Array {
  const k = axes.length;
  const covariance = new Float64Array(k * k);
  for (const row of rows) {
    const along = axes.map((axis) => dot(row, axis));
    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) covariance[i * k + j]! += (along[i]! * along[j]!) / rows.length;
    }
  }
  for (let i = 0; i < k; i++) for (let j = 0; j < i; j++) covariance[j * k + i] = covariance[i * k + j]!;
  return covariance;
}

/** Correlation [k, k] of a covariance: cᵢⱼ / √(cᵢᵢ cⱼⱼ), Pearson’s r; NaN where an axis does not vary. */
export function correlationOf(covariance: Numbers): Float64Array {
  const k = Math.sqrt(covariance.length);
  // Rounding alone is no variance.
  const least = 1e-12 * Math.max(...Array.from({ length: k }, (_, i) => covariance[i * k + i]!));
  return Float64Array.from({ length: covariance.length }, (_, at) => {
    const [i, j] = [Math.floor(at / k), at % k];
    const [a, b] = [covariance[i * k + i]!, covariance[j * k + j]!];
    return a > least && b > least ? covariance[at]! / Math.sqrt(a * b) : NaN;
  });
}

/** Indices of the residual's own coordinates that vary most, the first the most. */
export function largestCoordinates(rows: readonly Numbers[], count: number): readonly number[] {
  const variances = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) for (let i = 0; i < variances.length; i++) variances[i]! += row[i]! * row[i]!;
  return largestIndices(variances, count);
}
