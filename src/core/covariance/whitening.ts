import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { addScaled, dot, type Numbers } from '../tensors/vector.js';
import { centredRows, type Classes } from './covariance.js';

/** Eigenvalues below this share of the largest are no direction to divide by, as for mass-mean probing (2310.06824). */
const cutOff = 1e-3;

/** x ↦ (Σ⁺)^½ x with the pooled within-class covariance Σ: within the classes, all directions then vary alike. */
export type Whitening = (x: Numbers) => Float64Array;

/**
 * The whitening of two classes. Directions in which the classes do not vary (beyond the cut-off) become 0, as with the
 * pseudo-inverse: of few texts, that is most of the width.
 *
 * Taken from the smaller of Gram matrix [n, n] and covariance [d, d].
 */
export function whiteningOf(classes: Classes): Whitening {
  const rows = centredRows(classes, 'within');
  const components = eigenvectors(rows);
  return (x) => {
    const white = new Float64Array(x.length);
    for (const { vector, variance } of components) addScaled(white, vector, dot(vector, x) / Math.sqrt(variance));
    return white;
  };
}

function eigenvectors(
  rows: readonly Float64Array[],
): readonly { readonly vector: Float64Array; readonly variance: number }[] {
  const n = rows.length;
  const width = rows[0]?.length ?? 0;
  const few = n <= width;
  const vectors = few ? rows : Array.from({ length: width }, (_, at) => Float64Array.from(rows, (row) => row[at]!));
  const size = vectors.length;
  if (size === 0) return [];
  const product = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = dot(vectors[i]!, vectors[j]!) / n;
      product.set(i, j, value);
      product.set(j, i, value);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(product, { assumeSymmetric: true });
  const largest = Math.max(...realEigenvalues);
  return realEigenvalues.flatMap((variance, k) => {
    if (!(variance > cutOff * largest)) return [];
    const column = eigenvectorMatrix.getColumn(k);
    if (!few) return [{ vector: Float64Array.from(column), variance }];
    const vector = new Float64Array(width);
    rows.forEach((row, i) => addScaled(vector, row, column[i]! / Math.sqrt(variance * n)));
    return [{ vector, variance }];
  });
}
