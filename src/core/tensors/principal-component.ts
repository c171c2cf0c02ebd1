import { toEnd, type Steps } from '../steps.js';
import { orthonormalBasis } from './basis.js';
import { eigenvectorSteps } from './eigenvectors.js';
import { smallerProductSteps } from './gram.js';
import { gaussianVector, uniformSource } from './random.js';
import { addScaled, dot, norm, type Numbers } from './vector.js';

export interface PrincipalComponent {
  /** Unit vector [d]; its sign is arbitrary. All zeros when the rows have no further component. */
  readonly component: Float64Array;
  /** Root mean square of the rows' projections on it: the singular value over √n. */
  readonly magnitude: number;
}

/** Up to this many rows, or coordinates, all components are taken at once, in a few milliseconds. */
const mostExact = 64;
/** What is left of the largest singular value by rounding alone is no component. */
const leastSingular = 1e-7;
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

/** The components at once, as {@link principalComponentSteps} says. */
export function principalComponents(rows: readonly Numbers[], count: number): PrincipalComponent[] {
  return toEnd(principalComponentSteps(rows, count));
}

/**
 * First right singular vectors of the rows X [n, d], uncentred: the directions of the largest mean squares, in their order.
 * Centre the rows first where the variance is meant.
 *
 * Of few rows all are found, and the first taken. Of many rows only the wanted ones are searched, in blocks of a Krylov
 * space that restarts from what it found (Musco & Musco 1504.05477), since a whole decomposition grows with the cube of
 * their number.
 */
export function* principalComponentSteps(rows: readonly Numbers[], count: number): Steps<PrincipalComponent[]> {
  const width = rows[0]?.length ?? 0;
  const few = Math.min(rows.length, width) <= mostExact;
  const found = few ? (yield* allComponentSteps(rows)).slice(0, count) : yield* krylovSteps(rows, count);
  while (found.length < count) found.push({ component: new Float64Array(width), magnitude: 0 });
  return found;
}

/**
 * All components of which the mean square exceeds a share `least` of the largest, by the whole decomposition of the smaller
 * of Gram matrix and covariance: of an eigenvector u of the Gram matrix, Xᵀu/‖Xᵀu‖.
 */
export function* allComponentSteps(rows: readonly Numbers[], least = 0): Steps<PrincipalComponent[]> {
  const { of, matrix } = yield* smallerProductSteps(rows);
  const found: PrincipalComponent[] = [];
  for (const { vector } of yield* eigenvectorSteps(matrix, matrix.length, least)) {
    const inSpace = of === 'rows' ? combined(rows, vector) : vector;
    const length = norm(inSpace);
    const singular = of === 'rows' ? length : norm(rows.map((row) => dot(row, vector)));
    const magnitude = singular / Math.sqrt(rows.length);
    if (!(magnitude > leastSingular * (found[0]?.magnitude ?? 0))) break;
    found.push({ component: inSpace.map((value) => value / length), magnitude });
    yield;
  }
  return found;
}

function* krylovSteps(rows: readonly Numbers[], count: number): Steps<PrincipalComponent[]> {
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
      last = orthonormalBasis(yield* timesCovariance(rows, last));
      space.push(...last);
    }
    // What a step adds beside a block that is nearly right is small, and is what it is about.
    const basis = orthonormalBasis(space, 1e-9); // [K, d]
    const images = yield* timesCovariance(rows, basis); // C Q
    const ritz = yield* eigenvectorSteps(
      basis.map((vector) => Float64Array.from(images, (image) => dot(vector, image))),
      count + spare,
    );
    yield;
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
function* timesCovariance(rows: readonly Numbers[], vectors: readonly Numbers[]): Steps<Float64Array[]> {
  const images: Float64Array[] = [];
  for (const vector of vectors) {
    const image = new Float64Array(vector.length);
    for (const row of rows) addScaled(image, row, dot(row, vector) / rows.length);
    images.push(image);
    yield;
  }
  return images;
}

/** Σ weightᵢ vectorᵢ */
function combined(vectors: readonly Numbers[], weights: Numbers): Float64Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  vectors.forEach((vector, k) => addScaled(sum, vector, weights[k]!));
  return sum;
}
