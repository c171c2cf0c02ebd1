/**
 * How residuals of two classes of texts spread: covariances over a few axes, as a whole, within the classes and between
 * them. All are divided by n, so that total = within + between, the law of total covariance.
 */
import { type Numbers } from '../tensors/vector.js';
/** Residuals of contrast texts at one layer: n₊ and n₋ vectors [d]. */
export interface Classes {
    readonly positive: readonly Numbers[];
    readonly negative: readonly Numbers[];
}
export declare const covarianceParts: readonly ["total", "within", "between"];
/**
 * `total`: around the mean of all texts. `within`: around the mean of each text's own class. `between`: of the two class
 * means around the mean of all.
 */
export type CovariancePart = (typeof covarianceParts)[number];
/**
 * The rows whose second moments Σ rᵀr / n are a part's covariance, n = n₊ + n₋ vectors [d] in double, positive ones first. Of
 * `between` a text's row is its class mean.
 */
export declare function centredRows({ positive, negative }: Classes, part: CovariancePart): Float64Array[];
/**
 * Covariance of the coordinates along axes, [k, k] row-major: aᵢᵀ C aⱼ.
 *
 * @param rows as {@link centredRows} gives them
 * @param axes k vectors [d]; unit vectors, so that a variance is in squared units of the residual
 */
export declare function covarianceAlong(rows: readonly Numbers[], axes: readonly Numbers[]): Float64Array;
/** Correlation [k, k] of a covariance: cᵢⱼ / √(cᵢᵢ cⱼⱼ), Pearson’s r; NaN where an axis does not vary. */
export declare function correlationOf(covariance: Numbers): Float64Array;
/** Indices of the residual's own coordinates that vary most, the first the most. */
export declare function largestCoordinates(rows: readonly Numbers[], count: number): readonly number[];
