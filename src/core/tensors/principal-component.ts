import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { orthonormalBasis } from './basis.js';
import { gaussianVector, uniformSource } from './random.js';
import { addScaled, dot, norm, type Numbers } from './vector.js';

export interface PrincipalComponent {
  /** Unit vector [d]; its sign is arbitrary. All zeros when the rows have no further component. */
  readonly component: Float64Array;
  /** Root mean square of the rows' projections on it: the singular value over √n. */
  readonly magnitude: number;
}

/** Up to this many rows the Gram matrix is decomposed whole, in a few milliseconds. */
const mostExact = 64;
/** Vectors that the search keeps beside those that are asked for, and steps it looks ahead before it takes stock. */
const spare = 6;
const depth = 3;
/** ‖Cv − λv‖ over the largest λ, at which a component is found; its λ is then right to about the square of this. */
const tolerance = 1e-6;
const mostSweeps = 60;

/** The first of {@link principalComponents}. */
export function firstPrincipalComponent(rows: readonly Numbers[]): PrincipalComponent {
  return principalComponents(rows, 1)[0]!;
}

/**
 * First right singular vectors of the rows X [n, d], uncentred: the directions of the largest mean squares, in their order.
 * Centre the rows first where the variance is meant.
 *
 * Few rows are decomposed by their n × n Gram matrix X Xᵀ, since contrast texts are far fewer than the residual is wide: an
 * eigenvector u gives Xᵀu/‖Xᵀu‖. Of many rows only the wanted ones are searched, in blocks of a Krylov space that restarts
 * from what it found (Musco & Musco 1504.05477), since a whole decomposition grows with the cube of their number.
 */
export function principalComponents(rows: readonly Numbers[], count: number): PrincipalComponent[] {
  const found = rows.length <= mostExact ? fromGram(rows, count) : fromKrylov(rows, count);
  const width = rows[0]?.length ?? 0;
  while (found.length < count) found.push({ component: new Float64Array(width), magnitude: 0 });
  return found;
}

function fromGram(rows: readonly Numbers[], count: number): PrincipalComponent[] {
  const n = rows.length;
  const gram = symmetric(n, (i, j) => dot(rows[i]!, rows[j]!));
  const found: PrincipalComponent[] = [];
  for (const { vector } of leadingEigenvectors(gram, count)) {
    const component = new Float64Array(rows[0]!.length);
    rows.forEach((row, i) => addScaled(component, row, vector[i]!));
    const singularValue = norm(component);
    // What is left of the largest by rounding alone is no component.
    if (!(singularValue > 1e-7 * (found[0]?.magnitude ?? 0) * Math.sqrt(n))) break;
    found.push({ component: component.map((value) => value / singularValue), magnitude: singularValue / Math.sqrt(n) });
  }
  return found;
}

function fromKrylov(rows: readonly Numbers[], count: number): PrincipalComponent[] {
  const width = rows[0]!.length;
  const uniform = uniformSource(1);
  let block: readonly Numbers[] = Array.from({ length: Math.min(width, count + spare) }, () =>
    gaussianVector(width, uniform),
  );
  let found: PrincipalComponent[] = [];
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    const space: Numbers[] = [...block];
    let last = block;
    for (let step = 0; step < depth; step++) {
      last = orthonormalBasis(timesCovariance(rows, last));
      space.push(...last);
    }
    // What a step adds beside a block that is nearly right is small, and is what it is about.
    const basis = orthonormalBasis(space, 1e-9); // [K, d]
    const images = timesCovariance(rows, basis); // C Q
    const ritz = leadingEigenvectors(
      symmetric(basis.length, (i, j) => dot(basis[i]!, images[j]!)),
      Math.min(basis.length, count + spare),
    );
    block = ritz.map(({ vector }) => combined(basis, vector));
    const leading = ritz.slice(0, count).filter(({ value }) => value > 1e-14 * ritz[0]!.value);
    found = leading.map(({ value }, k) => ({
      component: Float64Array.from(block[k]!),
      magnitude: Math.sqrt(value),
    }));
    const errors = leading.map(({ vector, value }, k) => {
      const rest = combined(images, vector);
      addScaled(rest, block[k]!, -value);
      return norm(rest) / ritz[0]!.value;
    });
    if (errors.every((error) => error <= tolerance)) break;
  }
  return found;
}

/** C v for each vector, with C = XᵀX/n, without ever making C. */
function timesCovariance(rows: readonly Numbers[], vectors: readonly Numbers[]): Float64Array[] {
  const images = vectors.map((vector) => new Float64Array(vector.length));
  for (const row of rows) vectors.forEach((vector, k) => addScaled(images[k]!, row, dot(row, vector) / rows.length));
  return images;
}

function combined(vectors: readonly Float64Array[], weights: ArrayLike<number>): Float64Array {
  const sum = new Float64Array(vectors[0]!.length);
  vectors.forEach((vector, k) => addScaled(sum, vector, weights[k]!));
  return sum;
}

function symmetric(size: number, entry: (i: number, j: number) => number): Matrix {
  const matrix = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = entry(i, j);
      matrix.set(i, j, value);
      matrix.set(j, i, value);
    }
  }
  return matrix;
}

/** Eigenvectors of the largest eigenvalues, the largest first. */
function leadingEigenvectors(
  matrix: Matrix,
  count: number,
): readonly { readonly value: number; readonly vector: readonly number[] }[] {
  if (matrix.rows === 0) return [];
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  return order.slice(0, count).map((k) => ({ value: realEigenvalues[k]!, vector: eigenvectorMatrix.getColumn(k) }));
}
