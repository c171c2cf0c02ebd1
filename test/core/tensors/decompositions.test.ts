/** Our decompositions in steps against ml-matrix, which does the same at once. */
import { EigenvalueDecomposition, Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { toEnd } from '../../../src/core/steps.js';
import { positiveSolutionSteps } from '../../../src/core/tensors/cholesky.js';
import { eigenvectorSteps } from '../../../src/core/tensors/eigenvectors.js';
import { smallerProductSteps, squaresOf } from '../../../src/core/tensors/gram.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import { dot } from '../../../src/core/tensors/vector.js';

/** n rows [width] of which all but the first `rank` are sums of those. */
function rowsOf(n: number, width: number, rank = n): Float64Array[] {
  const uniform = uniformSource(5);
  const free = Array.from({ length: rank }, () => Float64Array.from(gaussianVector(width, uniform)));
  return Array.from({ length: n }, (_, i) =>
    i < rank ? free[i]! : free[i % rank]!.map((value, at) => value - free[(i + 1) % rank]![at]!),
  );
}
const matrixOf = (rows: readonly Float64Array[]): Matrix => new Matrix(rows.map((row) => [...row]));
const copyOf = (rows: readonly Float64Array[]): Float64Array[] => rows.map((row) => row.slice());

/** The symmetric matrix [m, m] with these eigenvalues. */
function withEigenvalues(values: readonly number[]): Float64Array[] {
  const uniform = uniformSource(6);
  const m = values.length;
  const { eigenvectorMatrix: q } = new EigenvalueDecomposition(
    Matrix.from1DArray(m, m, gaussianVector(m * m, uniform)).mmul(
      Matrix.from1DArray(m, m, gaussianVector(m * m, uniformSource(6))).transpose(),
    ),
    { assumeSymmetric: true },
  );
  const product = q.mmul(Matrix.diag([...values])).mmul(q.transpose());
  return product.to2DArray().map((row) => Float64Array.from(row));
}

describe('eigenvectorSteps', () => {
  it.each<[string, readonly number[]]>([
    ['one', [3]],
    ['two', [1, 5]],
    ['many', Array.from({ length: 40 }, (_, i) => 1 + i ** 2)],
    ['equal ones', [4, 4, 4, 2, 2, 9]],
    ['ones far apart', [1e6, 1, 1e-3, 1e-6]],
  ])('finds %s', (_, values) => {
    const matrix = withEigenvalues(values);
    const found = toEnd(eigenvectorSteps(copyOf(matrix), values.length));
    const largest = Math.max(...values);
    const wanted = [...values].sort((a, b) => b - a);
    expect(found).toHaveLength(values.length);
    found.forEach(({ value, vector }, k) => {
      expect(Math.abs(value - wanted[k]!) / largest).toBeLessThan(1e-13);
      matrix.forEach((row, i) => expect(Math.abs(dot(row, vector) - value * vector[i]!) / largest).toBeLessThan(1e-13));
      found.forEach((other, j) => expect(dot(vector, other.vector)).toBeCloseTo(j === k ? 1 : 0, 12));
    });
  });

  it('gives the largest, of what exceeds the share, and a diagonal’s own axes', () => {
    const diagonal = () =>
      [7, 1, 3, 0].map((value, i) => Float64Array.from({ length: 4 }, (_, j) => (i === j ? value : 0)));
    expect(toEnd(eigenvectorSteps(diagonal(), 2)).map(({ value }) => value)).toEqual([7, 3]);
    expect(toEnd(eigenvectorSteps(diagonal(), 4, 0.2)).map(({ value }) => value)).toEqual([7, 3]);
    expect(toEnd(eigenvectorSteps(diagonal(), 4)).map(({ vector }) => Array.from(vector, Math.abs))).toEqual([
      [1, 0, 0, 0],
      [0, 0, 1, 0],
      [0, 1, 0, 0],
    ]);
    expect(toEnd(eigenvectorSteps([], 3))).toEqual([]);
  });

  it('comes to an end where values are not numbers', () => {
    expect(
      toEnd(
        eigenvectorSteps(
          [0, 1, 2].map(() => new Float64Array(3).fill(NaN)),
          3,
        ),
      ),
    ).toEqual([]);
  });
});

describe('positiveSolutionSteps', () => {
  it.each([1, 2, 5, 30])('solves %i equations', (m) => {
    const rows = rowsOf(m, m + 3);
    const gram = matrixOf(rows).mmul(matrixOf(rows).transpose());
    const b = gaussianVector(m, uniformSource(7));
    const wanted = solve(gram, Matrix.columnVector([...b])).to1DArray();
    const matrix = gram.to2DArray().map((row) => Float64Array.from(row));
    const found = toEnd(positiveSolutionSteps(matrix, Float64Array.from(b)));
    wanted.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 9));
  });
});

describe('smallerProductSteps', () => {
  it.each([
    ['rows', 6, 9],
    ['coordinates', 9, 6],
    ['rows', 1, 5],
  ] as const)('is that of %s, of %i rows of %i', (of, n, width) => {
    const rows = rowsOf(n, width);
    const x = matrixOf(rows);
    const wanted = of === 'rows' ? x.mmul(x.transpose()) : x.transpose().mmul(x);
    const product = toEnd(smallerProductSteps(rows));
    expect(product.of).toBe(of);
    wanted.to2DArray().forEach((row, i) => row.forEach((v, j) => expect(product.matrix[i]![j]).toBeCloseTo(v / n, 12)));
    expect(squaresOf(product)).toBeCloseTo(wanted.norm('frobenius') ** 2 / n ** 2, 9);
  });
});
