import { conjugateGradients } from '../tensors/conjugate-gradients.js';
import { addScaled, dot, norm, type Numbers } from '../tensors/vector.js';

/** Where every text differs from its mean in the same way, nothing is estimated too badly, yet the equations need a floor. */
const leastShrinkage = 1e-6;
/** What is left of the equations, against their right side, at which they are solved. */
const solved = 1e-7;

/**
 * ((1 − ρ) S + ρ m I)⁻¹ x, S the covariance of the rows, m its mean variance and ρ the shrinkage of Ledoit and Wolf 2004, "A
 * well-conditioned estimator for large-dimensional covariance matrices". What few rows leave open counts as varying like
 * the rest, so that all of x is kept. All zeros when nothing varies.
 *
 * @param rows centred, n vectors [d]
 */
export function shrunkInverseProduct(rows: readonly Float64Array[], x: Numbers): Float64Array {
  const width = x.length;
  const covariance = covarianceOf(rows, width);
  const mean = meanSquare(rows) / width;
  const rho = Math.max(shrinkageOf(rows, covariance), leastShrinkage);
  if (!(mean > 0)) return new Float64Array(width);
  return conjugateGradients(
    (vector) => {
      const product = vector.map((value) => rho * mean * value);
      addScaled(product, covariance.times(vector), 1 - rho);
      return product;
    },
    Float64Array.from(x),
    solved * norm(x),
  );
}

/** S = XᵀX/n, to be multiplied with, and ‖S‖². Nothing is made that is larger than the smaller of n × n and d × d. */
interface CovarianceProduct {
  readonly squares: number;
  times(vector: Float64Array): Float64Array;
}

function covarianceOf(rows: readonly Float64Array[], width: number): CovarianceProduct {
  const n = rows.length;
  if (n <= width) {
    let squares = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) squares += (i === j ? 1 : 2) * (dot(rows[i]!, rows[j]!) / n) ** 2;
    }
    const times = (vector: Float64Array): Float64Array => {
      const product = new Float64Array(width);
      for (const row of rows) addScaled(product, row, dot(row, vector) / n);
      return product;
    };
    return { squares, times };
  }
  const columns = Array.from({ length: width }, (_, i) => Float64Array.from(rows, (row) => row[i]!));
  const matrix = columns.map(() => new Float64Array(width)); // [d, d]
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) matrix[i]![j] = matrix[j]![i] = dot(columns[i]!, columns[j]!) / n;
  }
  return {
    squares: matrix.reduce((sum, row) => sum + dot(row, row), 0),
    times: (vector) => Float64Array.from(matrix, (row) => dot(row, vector)),
  };
}

/** ρ, 0…1: how badly S is estimated, Σ‖xxᵀ − S‖²/n², against how far it is from the sphere, ‖S − mI‖². */
function shrinkageOf(rows: readonly Numbers[], { squares }: CovarianceProduct): number {
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
