import type { Steps } from '../steps.js';

/**
 * x with A x = b for a symmetric positive definite A [m, m], by A = L Lᵀ (Cholesky), in a step for each row.
 *
 * @param matrix m rows of m, of which what is right of the diagonal is not read; they are used up
 */
export function* positiveSolutionSteps(matrix: readonly Float64Array[], b: Float64Array): Steps<Float64Array> {
  const x = Float64Array.from(b);
  for (let i = 0; i < matrix.length; i++) {
    const row = matrix[i]!;
    for (let j = 0; j < i; j++) {
      const above = matrix[j]!;
      row[j] = (row[j]! - dotBefore(row, above, j)) / above[j]!;
    }
    row[i] = Math.sqrt(row[i]! - dotBefore(row, row, i));
    x[i] = (x[i]! - dotBefore(row, x, i)) / row[i]!;
    yield;
  }
  // Lᵀ x = what L left of b, from its last row up.
  for (let i = matrix.length - 1; i >= 0; i--) {
    const row = matrix[i]!;
    x[i] = x[i]! / row[i]!;
    for (let j = 0; j < i; j++) x[j] = x[j]! - row[j]! * x[i]!;
  }
  return x;
}

/** Σ aᵢ bᵢ of the first `count`, in two sums, as one alone mostly waits for its last addition. */
function dotBefore(a: Float64Array, b: Float64Array, count: number): number {
  let [even, odd] = [0, 0];
  const pairs = count & ~1;
  for (let i = 0; i < pairs; i += 2) {
    even += a[i]! * b[i]!;
    odd += a[i + 1]! * b[i + 1]!;
  }
  return pairs < count ? even + odd + a[pairs]! * b[pairs]! : even + odd;
}
