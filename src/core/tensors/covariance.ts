import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { addScaled, dot, norm, type Numbers } from './vector.js';

/** A covariance matrix XᵀX/n of centred rows X [n, d], in a form that is never d × d where there are fewer rows. */
export interface Covariance {
  /** Width, d. */
  readonly width: number;
  /** Its eigenvalues that are not (nearly) zero, largest first. */
  readonly values: readonly number[];
  /** Their eigenvectors, unit vectors [d]. */
  readonly vectors: readonly Float64Array[];
  /** How many rows. */
  readonly count: number;
  /** Σᵢ ‖xᵢ‖⁴ / n over the rows, for {@link shrinkage}. */
  readonly fourthMoment: number;
}

/** Eigenvalues below this share of the largest are rounding. */
const rounding = 1e-12;

/**
 * Eigenvalues and eigenvectors of the covariance of rows that are centred already, divided by their number (the maximum
 * likelihood estimate). From the smaller of XXᵀ [n, n] and XᵀX [d, d]: eigenvector u of the former gives Xᵀu/‖Xᵀu‖.
 */
export function covarianceOf(rows: readonly Float64Array[]): Covariance {
  const count = rows.length;
  const width = rows[0]?.length ?? 0;
  const byRows = count <= width;
  const columns = byRows ? rows : columnsOf(rows, width);
  const gram = Matrix.zeros(columns.length, columns.length);
  for (let i = 0; i < columns.length; i++) {
    for (let j = 0; j <= i; j++) {
      const value = dot(columns[i]!, columns[j]!) / count;
      gram.set(i, j, value);
      gram.set(j, i, value);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  const largest = Math.max(0, ...realEigenvalues);
  const kept = realEigenvalues
    .map((value, index) => ({ value, index }))
    .filter(({ value }) => value > rounding * largest)
    .sort((a, b) => b.value - a.value);
  const vectors = kept.map(({ index }) => {
    const inner = eigenvectorMatrix.getColumn(index);
    if (!byRows) return Float64Array.from(inner);
    const vector = new Float64Array(width);
    rows.forEach((row, i) => addScaled(vector, row, inner[i]!));
    const length = norm(vector);
    return vector.map((value) => value / length);
  });
  const fourthMoment = rows.reduce((sum, row) => sum + dot(row, row) ** 2, 0) / count;
  return { width, values: kept.map(({ value }) => value), vectors, count, fourthMoment };
}

/** Σ⁺ x, where eigenvalues up to `cutOff` times the largest count as zero. [d] */
export function pseudoInverseProduct({ values, vectors }: Covariance, x: Numbers, cutOff: number): Float64Array {
  const product = new Float64Array(x.length);
  vectors.forEach((vector, k) => {
    if (values[k]! > cutOff * values[0]!) addScaled(product, vector, dot(vector, x) / values[k]!);
  });
  return product;
}

/**
 * ((1 − ρ) Σ + ρ m I)⁻¹ x with m the mean eigenvalue: what is left out of the rows' span counts as much as noise does, so
 * that few rows of a wide stream can be used. All zeros when nothing varies. [d]
 */
export function shrunkInverseProduct(covariance: Covariance, x: Numbers): Float64Array {
  const { width, values, vectors } = covariance;
  const rho = shrinkage(covariance);
  const noise = (rho * sum(values)) / width;
  const product = new Float64Array(x.length);
  if (!(noise > 0)) return product;
  addScaled(product, x, 1 / noise);
  vectors.forEach((vector, k) => {
    addScaled(product, vector, dot(vector, x) * (1 / ((1 - rho) * values[k]! + noise) - 1 / noise));
  });
  return product;
}

/** ρ of Ledoit and Wolf 2004 ("A well-conditioned estimator for large-dimensional covariance matrices", lemma 3.1 ff.), 0…1. */
export function shrinkage({ width, values, count, fourthMoment }: Covariance): number {
  const mean = sum(values) / width;
  const squares = values.reduce((total, value) => total + value * value, 0);
  const distance = squares - width * mean * mean; // ‖S − mI‖²
  const error = Math.max(0, fourthMoment - squares) / count; // Σ ‖xxᵀ − S‖² / n²
  return distance > 0 ? Math.min(error / distance, 1) : 1;
}

function columnsOf(rows: readonly Float64Array[], width: number): Float64Array[] {
  return Array.from({ length: width }, (_, column) => Float64Array.from(rows, (row) => row[column]!));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
