/** The bytes of a weight, a slice at a time: of a graph that was decoded whole, or of one whose weights lie in files beside it. */
import { TensorProto_DataLocation, TensorProto_DataType, type TensorProto } from 'onnx-buf';
import { SteerboardError } from '../errors.js';

/**
 * Reads `length` bytes from `offset` of the file that a graph refers to.
 * @param location the file's name as the graph has it, without a leading `./`
 */
export type ReadBytes = (location: string, offset: number, length: number) => Promise<Uint8Array>;

/** Elements that a tensor has by its dimensions. */
export function elementsOf(tensor: TensorProto): number {
  return tensor.dims.reduce((product, dim) => product * Number(dim), 1);
}

/** Bits of one element, for the types that weights come in. */
const bitsOfType: Readonly<Partial<Record<number, number>>> = {
  [TensorProto_DataType.DOUBLE]: 64,
  [TensorProto_DataType.FLOAT]: 32,
  [TensorProto_DataType.FLOAT16]: 16,
  [TensorProto_DataType.BFLOAT16]: 16,
  [TensorProto_DataType.INT8]: 8,
  [TensorProto_DataType.UINT8]: 8,
  [TensorProto_DataType.INT4]: 4,
  [TensorProto_DataType.UINT4]: 4,
};

/** Bits of one element of this type, or null for a type that no weight comes in. */
export function bitsOf(type: number): number | null {
  return bitsOfType[type] ?? null;
}

/** The bytes from `from` on, as the ONNX format lays tensors out: little-endian, without gaps. */
export async function bytesOf(tensor: TensorProto, from: number, length: number, read: ReadBytes): Promise<Uint8Array> {
  if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) return heldBytes(tensor).subarray(from, from + length);
  const entry = (key: string) => tensor.externalData.find((it) => it.key === key)?.value;
  const location = (entry('location') ?? '').replace(/^\.\//, '');
  const bytes = await read(location, Number(entry('offset') ?? 0) + from, length);
  if (bytes.length === length) return bytes;
  throw new SteerboardError(
    'file-unreadable',
    `${location} ends inside the weight "${tensor.name}". Add that file, whole, to the model's folder.`,
    { path: location, bytes: bytes.length, expected: length },
  );
}

/** A tensor's data where it is in the graph: as raw bytes, or as the numbers of one of the typed fields. */
function heldBytes(tensor: TensorProto): Uint8Array {
  if (tensor.rawData.length > 0) return tensor.rawData;
  if (tensor.floatData.length > 0) return new Uint8Array(Float32Array.from(tensor.floatData).buffer);
  // Small integers and halves come one in each int32.
  const bits = bitsOf(tensor.dataType);
  if (bits === 16) return new Uint8Array(Uint16Array.from(tensor.int32Data).buffer);
  return Uint8Array.from(tensor.int32Data);
}
