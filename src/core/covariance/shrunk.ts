import type { Steps } from '../steps.js';
import { positiveSolutionSteps } from '../tensors/cholesky.js';
import { smallerProductSteps, squaresOf } from '../tensors/gram.js';
import { addScaled, dot, type Numbers } from '../tensors/vector.js';

/** Where every text differs from its mean in the same way, nothing is estimated too badly, yet the equations need a floor. */
const leastShrinkage = 1e-6;

/**
 * A⁻¹ x with A = (1 − ρ) S + ρ m I, S the covariance of the rows, m its mean variance and ρ the shrinkage of Ledoit and Wolf
 * 2004, "A well-conditioned estimator for large-dimensional covariance matrices". What few rows leave open counts as varying
 * like the rest, so that all of x is kept. All zeros when nothing varies.
 *
 * Solved with the smaller of covariance and Gram matrix G = XXᵀ/n: by Woodbury’s identity, A⁻¹ = (I − a Xᵀ (bI + aG)⁻¹ X/n)/b
 * with a = 1 − ρ and b = ρm.
 *
 * @param rows X, centred, n vectors [d]
 */
export function* shrunkInverseSteps(rows: readonly Float64Array[], x: Numbers): Steps<Float64Array> {
  const n = rows.length;
  const product = yield* smallerProductSteps(rows);
  const mean = meanSquare(rows) / x.length;
  const rho = Math.max(shrinkageOf(rows, squaresOf(product)), leastShrinkage);
  if (!(mean > 0)) return new Float64Array(x.length);
  const [a, b] = [1 - rho, rho * mean];
  const { matrix } = product;
  matrix.forEach((row, i) => {
    for (let j = 0; j < i; j++) row[j] = a * row[j]!;
    row[i] = a * row[i]! + b;
  });
  if (product.of === 'coordinates') return yield* positiveSolutionSteps(matrix, Float64Array.from(x));
  const inside = yield* positiveSolutionSteps(
    matrix,
    Float64Array.from(rows, (row) => dot(row, x)),
  );
  const solution = Float64Array.from(x);
  rows.forEach((row, i) => addScaled(solution, row, (-a * inside[i]!) / n));
  return solution.map((value) => value / b);
}

/** ρ, 0…1: how badly S is estimated, Σ‖xxᵀ − S‖²/n², against how far it is from the sphere, ‖S − mI‖². */
function shrinkageOf(rows: readonly Numbers[], squares: number): number {
  const n = rows.length;
  const width = rows[0]?.length ?? 0;
  const fourth = rows.reduce((sum, row) => sum + dot(row, row) ** 2, 0) / n;
  const error = Math.max(fourth - squares, 0) / n;
  const distance = squares - meanSquare(rows) ** 2 / width;
  return distance > 0 ? Math.min(error / distance, 1) : 1;
}

/** tr S: the mean squared length of the rows. */
function meanSquare(rows: readonly Numbers[]): number {
  return rows.reduce((sum, row) => sum + dot(row, row), 0) / rows.length;
}
