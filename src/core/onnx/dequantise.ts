/** Numbers of weights as floats: halves, and integers of 2 to 8 bits as they are packed. */
import { TensorProto_DataType } from 'onnx-buf';

/**
 * @param bytes little-endian; they need not be aligned
 * @param type FLOAT, FLOAT16, BFLOAT16 or DOUBLE, which is rounded
 */
export function floatsOf(bytes: Uint8Array, type: number): Float32Array {
  const own = bytes.slice();
  if (type === TensorProto_DataType.FLOAT) return new Float32Array(own.buffer);
  if (type === TensorProto_DataType.DOUBLE) return Float32Array.from(new Float64Array(own.buffer));
  const halves = new Uint16Array(own.buffer);
  if (type === TensorProto_DataType.FLOAT16) {
    const values = valuesOfHalves();
    const floats = new Float32Array(halves.length);
    for (let i = 0; i < halves.length; i++) floats[i] = values[halves[i]!]!;
    return floats;
  }
  // A bfloat16 is the upper half of a float32.
  const words = Uint32Array.from(halves, (half) => half << 16);
  return new Float32Array(words.buffer);
}

let everyHalf: Float32Array | null = null;

/** What each of the 65,536 halves stands for: looking it up is faster than working it out for every weight. */
function valuesOfHalves(): Float32Array {
  everyHalf ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => fromHalf(half));
  return everyHalf;
}

/** An IEEE 754 half: 1 bit of sign, 5 of exponent (bias 15), 10 of fraction. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * Unpacks integers; the lower bits of a byte come first, as ONNX's 4-bit types and onnxruntime's MatMulNBits have it.
 *
 * @param bits 2, 4 or 8
 * @param isSigned whether they are in two's complement
 */
export function integersOf(bytes: Uint8Array, bits: number, isSigned: boolean): Int16Array {
  const each = 8 / bits;
  const table = integersOfBytes(bits, isSigned);
  const integers = new Int16Array(bytes.length * each);
  // By index: this runs over every weight, and iterators are slower.
  for (let at = 0; at < bytes.length; at++) {
    const from = bytes[at]! * each;
    for (let part = 0; part < each; part++) integers[at * each + part] = table[from + part]!;
  }
  return integers;
}

/** What each of the 256 bytes holds, [256, 8 / bits]. */
function integersOfBytes(bits: number, isSigned: boolean): Int16Array {
  const each = 8 / bits;
  // Two's complement: the highest bit counts negative.
  const half = isSigned ? 2 ** (bits - 1) : 0;
  return Int16Array.from({ length: 256 * each }, (_, i) => {
    const value = (Math.floor(i / each) >> (bits * (i % each))) & (2 ** bits - 1);
    return (value ^ half) - half;
  });
}

export function isFloatType(type: number): boolean {
  return (
    type === TensorProto_DataType.FLOAT ||
    type === TensorProto_DataType.FLOAT16 ||
    type === TensorProto_DataType.BFLOAT16
  );
}

export function isSignedType(type: number): boolean {
  return type === TensorProto_DataType.INT8 || type === TensorProto_DataType.INT4;
}
