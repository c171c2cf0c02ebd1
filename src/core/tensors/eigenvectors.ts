import type { Steps } from '../steps.js';
import { addScaled, dot } from './vector.js';

export interface Eigenvector {
  readonly value: number;
  /** Unit vector [m]; its sign is arbitrary. */
  readonly vector: Float64Array;
}

/** Entries of this share of the largest are zero to rounding. */
const rounding = 2 ** -52;

/**
 * Eigenvectors of a symmetric matrix [m, m], those of the largest eigenvalues first: Householder’s reflections to a
 * tridiagonal matrix, then the implicit QR iteration with Wilkinson’s shift (Golub and Van Loan, Matrix Computations, 8.3).
 * In steps, which ml-matrix does not have: 600 texts would hold everything up for seconds.
 *
 * @param matrix m rows of m; they are used up
 * @param count how many are wanted at most
 * @param least share of the largest eigenvalue that an eigenvalue has to exceed; 0: it only has to be positive
 */
export function* eigenvectorSteps(
  matrix: readonly Float64Array[],
  count: number,
  least = 0,
): Steps<readonly Eigenvector[]> {
  const { diagonal, beside, reflections } = yield* tridiagonal(matrix);
  // Row k becomes the k-th eigenvector of the tridiagonal matrix.
  const rows = matrix.map((_, k) => Float64Array.from({ length: matrix.length }, (_, i) => (i === k ? 1 : 0)));
  yield* diagonalise(diagonal, beside, rows);
  const order = Array.from(rows, (_, k) => k).sort((a, b) => diagonal[b]! - diagonal[a]!);
  const largest = diagonal[order[0] ?? 0] ?? 0;
  const found: Eigenvector[] = [];
  for (const k of order.slice(0, count)) {
    if (!(diagonal[k]! > least * largest)) break;
    const vector = rows[k]!;
    for (let at = reflections.length - 1; at >= 0; at--) reflect(vector, reflections[at]!);
    found.push({ value: diagonal[k]!, vector });
    yield;
  }
  return found;
}

interface Tridiagonal {
  /** [m] */
  readonly diagonal: Float64Array;
  /** [m − 1], the entries beside the diagonal */
  readonly beside: Float64Array;
  /** Unit vectors v of the reflections I − 2vvᵀ, in their order; the k-th holds what comes after entry k. */
  readonly reflections: readonly Float64Array[];
}

function* tridiagonal(matrix: readonly Float64Array[]): Steps<Tridiagonal> {
  const size = matrix.length;
  const beside = new Float64Array(Math.max(size - 1, 0));
  const reflections: Float64Array[] = [];
  for (let k = 0; k < size - 2; k++) {
    const { unit, left } = reflectionOf(matrix[k]!.subarray(k + 1));
    beside[k] = left;
    reflections.push(unit);
    // What is left becomes (I − 2vvᵀ) A (I − 2vvᵀ) = A − vwᵀ − wvᵀ with w = 2Av − 2(vᵀAv)v.
    const w = new Float64Array(unit.length);
    for (let i = 0; i < w.length; i++) w[i] = 2 * dotAfter(matrix[k + 1 + i]!, k + 1, unit);
    addScaled(w, unit, -dotAfter(w, 0, unit));
    for (let i = 0; i < w.length; i++) takeBoth(matrix[k + 1 + i]!, k + 1, unit, w[i]!, w, unit[i]!);
    yield;
  }
  if (size > 1) beside[size - 2] = matrix[size - 2]![size - 1]!;
  return { diagonal: Float64Array.from(matrix, (row, k) => row[k]!), beside, reflections };
}

/** The reflection that leaves of x its first entry alone, ±‖x‖; of a vector that has no other, none. */
function reflectionOf(x: Float64Array): { readonly unit: Float64Array; readonly left: number } {
  const size = Math.sqrt(dot(x, x));
  const unit = Float64Array.from(x);
  const left = x[0]! > 0 ? -size : size;
  unit[0] = x[0]! - left;
  const length = Math.sqrt(dot(unit, unit));
  if (length === 0) return { unit: new Float64Array(x.length), left };
  for (let i = 0; i < unit.length; i++) unit[i] = unit[i]! / length;
  return { unit, left };
}

/** Σ of what comes after `start` times the vector; for double alone, which is several times as fast here. */
function dotAfter(row: Float64Array, start: number, vector: Float64Array): number {
  let [even, odd] = [0, 0];
  const pairs = vector.length & ~1;
  for (let i = 0; i < pairs; i += 2) {
    even += row[start + i]! * vector[i]!;
    odd += row[start + i + 1]! * vector[i + 1]!;
  }
  return pairs < vector.length ? even + odd + row[start + pairs]! * vector[pairs]! : even + odd;
}

/** Takes a · first + b · second from what comes after `start`. */
function takeBoth(
  row: Float64Array,
  start: number,
  first: Float64Array,
  a: number,
  second: Float64Array,
  b: number,
): void {
  for (let i = 0; i < first.length; i++) row[start + i] = row[start + i]! - a * first[i]! - b * second[i]!;
}

function reflect(vector: Float64Array, unit: Float64Array): void {
  const part = vector.subarray(vector.length - unit.length);
  addScaled(part, unit, -2 * dot(part, unit));
}

/** Turns pairs of rows until nothing is left beside the diagonal. */
function* diagonalise(diagonal: Float64Array, beside: Float64Array, rows: readonly Float64Array[]): Steps<void> {
  const scale = Math.max(0, ...Array.from(diagonal, Math.abs), ...Array.from(beside, Math.abs));
  // Asked this way, what is not a number ends the search as well.
  const isLeft = (k: number): boolean => Math.abs(beside[k]!) > rounding * scale;
  for (let end = diagonal.length - 1; end > 0;) {
    if (!isLeft(end - 1)) {
      end--;
      continue;
    }
    let start = end - 1;
    while (start > 0 && isLeft(start - 1)) start--;
    sweep(diagonal, beside, rows, start, end);
    yield;
  }
}

/** One implicit QR step on the entries from `start` to `end`, which are not coupled to the others. */
function sweep(
  diagonal: Float64Array,
  beside: Float64Array,
  rows: readonly Float64Array[],
  start: number,
  end: number,
): void {
  const half = (diagonal[end - 1]! - diagonal[end]!) / 2;
  const last = beside[end - 1]!;
  const shift = diagonal[end]! - last ** 2 / (half + (half < 0 ? -1 : 1) * Math.hypot(half, last));
  let kept = diagonal[start]! - shift;
  let bulge = beside[start]!;
  for (let k = start; k < end; k++) {
    const length = Math.hypot(kept, bulge);
    const [c, s] = length > 0 ? [kept / length, bulge / length] : [1, 0];
    if (k > start) beside[k - 1] = length;
    const [a, b, d] = [diagonal[k]!, beside[k]!, diagonal[k + 1]!];
    diagonal[k] = c * c * a + 2 * c * s * b + s * s * d;
    diagonal[k + 1] = s * s * a - 2 * c * s * b + c * c * d;
    beside[k] = c * s * (d - a) + (c * c - s * s) * b;
    if (k < end - 1) {
      kept = beside[k]!;
      bulge = s * beside[k + 1]!;
      beside[k + 1] = c * beside[k + 1]!;
    }
    turn(rows[k]!, rows[k + 1]!, c, s);
  }
}

function turn(first: Float64Array, second: Float64Array, c: number, s: number): void {
  for (let i = 0; i < first.length; i++) {
    const [x, y] = [first[i]!, second[i]!];
    first[i] = c * x + s * y;
    second[i] = c * y - s * x;
  }
}
