import { type Numbers } from './vector.js';
/**
 * An orthonormal basis of the span of `vectors`, in their order: modified Gram-Schmidt, done twice so that it stays
 * orthonormal to rounding ("twice is enough", Giraud et al. 2005). A vector of which less than `tolerance` of its norm is
 * left, being (nearly) a combination of those before it, adds nothing.
 *
 * @returns K ≤ vectors.length rows [d], in double.
 */
export declare function orthonormalBasis(vectors: readonly Numbers[], tolerance?: number): Float64Array[];
/**
 * The shortest x with W x = c, for rows W [m, d] that span `basis` [K, d]: x = W⁺ c. Where the equations contradict each
 * other (the same direction held at two values), x is their least-squares compromise.
 *
 * Solved inside the basis, where W is only m × K: W = (W Qᵀ) Q, so W⁺ = Qᵀ (W Qᵀ)⁺.
 *
 * @returns [d], in double.
 */
export declare function minimumNormSolution(rows: readonly Numbers[], targets: readonly number[], basis: readonly Float64Array[]): Float64Array;
