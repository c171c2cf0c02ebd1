/**
 * A matrix of a model as it lies in its files, read and dequantised some rows at a time, so that one of a gigabyte never has
 * to be in memory. Each maker below is one way in which exporters keep matrices.
 */
import type { TensorProto } from 'onnx-buf';
import { floatsOf, integersOf, isFloatType, isSignedType } from './dequantise.js';
import { bitsOf, bytesOf, elementsOf, type ReadBytes } from './tensorBytes.js';

export interface WeightMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Bytes of one row in the file, about. */
  readonly bytesPerRow: number;
  /** Rows `from` to before `to`, [to − from, columns], row-major. */
  readRows(from: number, to: number, read: ReadBytes): Promise<Float32Array>;
}

/** Floats of 32 or 16 bits, row-major. */
export function floatMatrix(tensor: TensorProto): WeightMatrix {
  const [rows = 0, columns = 0] = tensor.dims.map(Number);
  const bytesPerRow = (columns * bitsOf(tensor.dataType)!) / 8;
  return {
    rows,
    columns,
    bytesPerRow,
    async readRows(from, to, read) {
      const bytes = await bytesOf(tensor, from * bytesPerRow, (to - from) * bytesPerRow, read);
      return floatsOf(bytes, tensor.dataType);
    },
  };
}

/**
 * Integers with (q − zero point) · scale, as DequantizeLinear and MatMulInteger have them.
 *
 * @param axis of which scale and zero point have one for each index, when they have more than one: 0 rows, 1 columns
 */
export function integerMatrix(
  tensor: TensorProto,
  scale: TensorProto,
  zeroPoint: TensorProto | null,
  axis: 0 | 1,
): WeightMatrix {
  const [rows = 0, columns = 0] = tensor.dims.map(Number);
  const bits = bitsOf(tensor.dataType)!;
  const bytesPerRow = (columns * bits) / 8;
  return {
    rows,
    columns,
    bytesPerRow,
    async readRows(from, to, read) {
      const bytes = await bytesOf(tensor, from * bytesPerRow, (to - from) * bytesPerRow, read);
      const quantised = integersOf(bytes, bits, isSignedType(tensor.dataType));
      const scales = await floatsIn(scale, read);
      const zeros = zeroPoint === null ? Float32Array.of(0) : await integersIn(zeroPoint, read);
      const values = new Float32Array((to - from) * columns);
      for (let row = from, i = 0; row < to; row++) {
        for (let column = 0; column < columns; column++, i++) {
          const index = axis === 0 ? row : column;
          const shift = zeros.length > 1 ? zeros[index]! : (zeros[0] ?? 0);
          values[i] = (quantised[i]! - shift) * scales[scales.length > 1 ? index : 0]!;
        }
      }
      return values;
    },
  };
}

export interface BlockLayout {
  /** N of MatMulNBits. */
  readonly rows: number;
  /** K of MatMulNBits. */
  readonly columns: number;
  readonly bits: number;
  /** How many neighbours of a row share a scale. */
  readonly block: number;
  /** What is taken away where the graph has no zero points. */
  readonly zero: number;
  readonly isSigned: boolean;
}

/**
 * Rows in blocks with a scale each: (q − zero point) · scale; MatMulNBits and GatherBlockQuantized of onnxruntime.
 *
 * @param scales [rows, blocks]
 * @param zeroPoints packed as the values are, each row from a byte of its own; or of the scales' type
 */
export function blockMatrix(
  packed: TensorProto,
  scales: TensorProto,
  zeroPoints: TensorProto | null,
  { rows, columns, bits, block, zero, isSigned }: BlockLayout,
): WeightMatrix {
  const blocks = Math.ceil(columns / block);
  // MatMulNBits pads the last block of a row, a table that is looked up in does not.
  const bytesPerRow = (elementsOf(packed) * bitsOf(packed.dataType)!) / 8 / rows;
  const bytesOfScales = (blocks * bitsOf(scales.dataType)!) / 8;
  const readZeros = async (from: number, to: number, read: ReadBytes) => {
    if (zeroPoints === null) return null;
    if (isFloatType(zeroPoints.dataType)) {
      const bytes = await bytesOf(zeroPoints, from * bytesOfScales, (to - from) * bytesOfScales, read);
      return { values: floatsOf(bytes, zeroPoints.dataType), perRow: blocks };
    }
    const perRow = Math.ceil((blocks * bits) / 8);
    const bytes = await bytesOf(zeroPoints, from * perRow, (to - from) * perRow, read);
    return { values: integersOf(bytes, bits, isSigned), perRow: (perRow * 8) / bits };
  };
  return {
    rows,
    columns,
    bytesPerRow: bytesPerRow + bytesOfScales,
    async readRows(from, to, read) {
      const bytes = await bytesOf(packed, from * bytesPerRow, (to - from) * bytesPerRow, read);
      const quantised = integersOf(bytes, bits, isSigned);
      const each = (bytesPerRow * 8) / bits;
      const factors = floatsOf(
        await bytesOf(scales, from * bytesOfScales, (to - from) * bytesOfScales, read),
        scales.dataType,
      );
      const zeros = await readZeros(from, to, read);
      const values = new Float32Array((to - from) * columns);
      for (let row = 0; row < to - from; row++) {
        for (let at = 0; at < blocks; at++) {
          const shift = zeros === null ? zero : zeros.values[row * zeros.perRow + at]!;
          const factor = factors[row * blocks + at]!;
          const end = Math.min(columns, (at + 1) * block);
          for (let column = at * block; column < end; column++) {
            values[row * columns + column] = (quantised[row * each + column]! - shift) * factor;
          }
        }
      }
      return values;
    },
  };
}

/** All of a small tensor of floats. */
export async function floatsIn(tensor: TensorProto, read: ReadBytes): Promise<Float32Array> {
  const length = (elementsOf(tensor) * bitsOf(tensor.dataType)!) / 8;
  return floatsOf(await bytesOf(tensor, 0, length, read), tensor.dataType);
}

async function integersIn(tensor: TensorProto, read: ReadBytes): Promise<Int16Array> {
  const bits = bitsOf(tensor.dataType)!;
  const bytes = await bytesOf(tensor, 0, Math.ceil((elementsOf(tensor) * bits) / 8), read);
  return integersOf(bytes, bits, isSignedType(tensor.dataType));
}
