/** Vectors of the residual stream's width that are the rows or the columns of a matrix: what neurons read or write, what tokens are. */
import { addScaled, dot } from '../tensors/vector.js';
import { elementsOf, type ReadBytes } from './tensorBytes.js';
import type { TensorProto } from 'onnx-buf';
import { floatsIn, type WeightMatrix } from './weightMatrix.js';

export interface VectorSet {
  readonly matrix: WeightMatrix;
  /** Which of the matrix the vectors are. */
  readonly along: 'rows' | 'columns';
  /** First of them in the matrix, and how many. */
  readonly from: number;
  readonly count: number;
  /** The gain of the norm between the residual and the matrix, [d]: each vector is multiplied by it. Null: there is none. */
  readonly gain: TensorProto | null;
}

/** How every vector of a set lies to one direction, [count] each. */
export interface Dots {
  /** Σ v̂ᵢ gᵢ wᵢ */
  readonly dots: Float64Array;
  /** ‖g ∘ w‖ */
  readonly norms: Float64Array;
}

/** A block of rows that is read at once, bytes in the file. */
const blockBytes = 2 ** 22;

/** Length of the vectors. */
export function widthOfSet({ matrix, along }: VectorSet): number {
  return along === 'rows' ? matrix.columns : matrix.rows;
}

/** The set's gain as numbers, [d], or null where it has none or it is not wanted. */
export async function gainOf({ gain }: VectorSet, throughGain: boolean, read: ReadBytes): Promise<Float32Array | null> {
  return gain === null || !throughGain || elementsOf(gain) === 0 ? null : floatsIn(gain, read);
}

/**
 * Dot products with a direction and norms of all vectors of a set, in one pass over the matrix, a block at a time.
 *
 * @param direction [d]
 * @param onRows told after every block how many rows of the matrix are done; what it throws ends the reading
 */
export async function dotsWith(
  set: VectorSet,
  direction: ArrayLike<number>,
  throughGain: boolean,
  read: ReadBytes,
  onRows: (done: number, total: number) => void | Promise<void> = () => undefined,
): Promise<Dots> {
  const { matrix, along, from, count } = set;
  const gain = await gainOf(set, throughGain, read);
  const dots = new Float64Array(count);
  const squares = new Float64Array(count);
  const [first, last] = along === 'rows' ? [from, from + count] : [0, matrix.rows];
  const step = Math.max(1, Math.floor(blockBytes / matrix.bytesPerRow));
  for (let start = first; start < last; start += step) {
    const end = Math.min(last, start + step);
    const rows = await matrix.readRows(start, end, read);
    for (let row = start; row < end; row++) {
      const values = rows.subarray((row - start) * matrix.columns, (row - start + 1) * matrix.columns);
      if (along === 'rows') addRow(values, row - from);
      else addAcross(values, row);
    }
    await onRows(end - first, last - first);
  }
  return { dots, norms: squares.map(Math.sqrt) };

  function addRow(values: Float32Array, vector: number): void {
    let [dot, square] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      const value = gain === null ? values[i]! : values[i]! * gain[i]!;
      dot += direction[i]! * value;
      square += value * value;
    }
    dots[vector] = dot;
    squares[vector] = square;
  }

  function addAcross(values: Float32Array, i: number): void {
    const factor = gain === null ? 1 : gain[i]!;
    for (let vector = 0; vector < count; vector++) {
      const value = values[from + vector]! * factor;
      dots[vector] = dots[vector]! + direction[i]! * value;
      squares[vector] = squares[vector]! + value * value;
    }
  }
}

/** One vector of a set, [d], in double so that differences keep their digits. */
export async function vectorAt(
  set: VectorSet,
  index: number,
  throughGain: boolean,
  read: ReadBytes,
  onRows: (done: number, total: number) => void | Promise<void> = () => undefined,
): Promise<Float64Array> {
  const { matrix, along, from } = set;
  const gain = await gainOf(set, throughGain, read);
  const vector = new Float64Array(widthOfSet(set));
  if (along === 'rows') {
    vector.set(await matrix.readRows(from + index, from + index + 1, read));
  } else {
    // A column is spread over the whole matrix.
    const step = Math.max(1, Math.floor(blockBytes / matrix.bytesPerRow));
    for (let start = 0; start < matrix.rows; start += step) {
      const end = Math.min(matrix.rows, start + step);
      const rows = await matrix.readRows(start, end, read);
      for (let row = start; row < end; row++) vector[row] = rows[(row - start) * matrix.columns + from + index]!;
      await onRows(end, matrix.rows);
    }
  }
  return gain === null ? vector : vector.map((value, i) => value * gain[i]!);
}

/**
 * Σᵢ cᵢ wᵢ over the vectors of a set, [d], in one pass over the matrix; rows that count nothing are not read.
 *
 * @param coefficients [count]
 */
export async function sumOf(
  { matrix, along, from, count }: VectorSet,
  coefficients: ArrayLike<number>,
  read: ReadBytes,
  onRows: (done: number, total: number) => void | Promise<void> = () => undefined,
): Promise<Float64Array> {
  const isByRow = along === 'rows';
  const sum = new Float64Array(isByRow ? matrix.columns : matrix.rows);
  const [first, last] = isByRow ? [from, from + count] : [0, matrix.rows];
  const step = Math.max(1, Math.floor(blockBytes / matrix.bytesPerRow));
  for (let start = first; start < last; start += step) {
    const end = Math.min(last, start + step);
    const isNeeded =
      !isByRow || Array.from({ length: end - start }, (_, i) => coefficients[start - from + i]).some(Boolean);
    const rows = isNeeded ? await matrix.readRows(start, end, read) : new Float32Array(0);
    for (let row = start; row < end && isNeeded; row++) {
      const values = rows.subarray((row - start) * matrix.columns, (row - start + 1) * matrix.columns);
      if (isByRow) addScaled(sum, values, coefficients[row - from]!);
      else sum[row] = dot(coefficients, values.subarray(from, from + count));
    }
    await onRows(end - first, last - first);
  }
  return sum;
}
