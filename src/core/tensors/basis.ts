import { Matrix, pseudoInverse } from 'ml-matrix';
import { addScaled, dot, norm, type Numbers } from './vector.js';

/**
 * An orthonormal basis of the span of `vectors`, in their order: modified Gram-Schmidt, done twice so that it stays
 * orthonormal to rounding ("twice is enough", Giraud et al. 2005). A vector of which less than `tolerance` of its norm is
 * left, being (nearly) a combination of those before it, adds nothing.
 *
 * @returns K ≤ vectors.length rows [d], in double.
 */
export function orthonormalBasis(vectors: readonly Numbers[], tolerance = 1e-4): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = Float64Array.from(vector);
    for (let pass = 0; pass < 2; pass++) for (const row of basis) addScaled(rest, row, -dot(row, rest));
    const left = norm(rest);
    if (left <= tolerance * norm(vector)) continue;
    basis.push(rest.map((value) => value / left));
  }
  return basis;
}

/**
 * The shortest x with W x = c, for rows W [m, d] that span `basis` [K, d]: x = W⁺ c. Where the equations contradict each
 * other (the same direction held at two values), x is their least-squares compromise.
 *
 * Solved inside the basis, where W is only m × K: W = (W Qᵀ) Q, so W⁺ = Qᵀ (W Qᵀ)⁺.
 *
 * @returns [d], in double.
 */
export function minimumNormSolution(
  rows: readonly Numbers[],
  targets: readonly number[],
  basis: readonly Float64Array[],
): Float64Array {
  const solution = new Float64Array(rows[0]?.length ?? 0);
  if (basis.length === 0 || targets.every((target) => target === 0)) return solution;
  const coordinates = new Matrix(rows.map((row) => basis.map((direction) => dot(row, direction)))); // [m, K]
  const inside = pseudoInverse(coordinates).mmul(Matrix.columnVector([...targets])); // [K, 1]
  basis.forEach((direction, k) => addScaled(solution, direction, inside.get(k, 0)));
  return solution;
}
