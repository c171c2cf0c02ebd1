import { type Numbers } from '../tensors/vector.js';
/**
 * ((1 − ρ) S + ρ m I)⁻¹ x, S the covariance of the rows, m its mean variance and ρ the shrinkage of Ledoit and Wolf 2004, "A
 * well-conditioned estimator for large-dimensional covariance matrices". What few rows leave open counts as varying like
 * the rest, so that all of x is kept. All zeros when nothing varies.
 *
 * @param rows centred, n vectors [d]
 */
export declare function shrunkInverseProduct(rows: readonly Float64Array[], x: Numbers): Float64Array;
