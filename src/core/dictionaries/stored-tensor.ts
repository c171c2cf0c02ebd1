import { create } from '@bufbuild/protobuf';
import {
  StringStringEntryProtoSchema,
  TensorProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
} from 'onnx-buf';
import { SteerboardError } from '../errors.js';
import { floatMatrix, type WeightMatrix } from '../onnx/weightMatrix.js';

/** Types of numbers that dictionaries come in, as safetensors calls them. */
export const storedTypes = ['F64', 'F32', 'F16', 'BF16'] as const;
export type StoredType = (typeof storedTypes)[number];

export const bytesOfType: Readonly<Record<StoredType, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2 };

/** An array of floats in a file, row-major. */
export interface StoredTensor {
  readonly name: string;
  /** What the file says; it need not be one of {@link storedTypes}. */
  readonly type: string;
  readonly shape: readonly number[];
  /** Where its bytes are in the file. */
  readonly offset: number;
  readonly length: number;
}

const onnxTypes = {
  F64: TensorProto_DataType.DOUBLE,
  F32: TensorProto_DataType.FLOAT,
  F16: TensorProto_DataType.FLOAT16,
  BF16: TensorProto_DataType.BFLOAT16,
} as const satisfies Record<StoredType, TensorProto_DataType>;

/** The rows of a stored matrix, read from bytes that begin with it. */
export function storedMatrix(type: StoredType, shape: readonly [number, number]): WeightMatrix {
  const entries = { location: '', offset: '0', length: String(shape[0] * shape[1] * bytesOfType[type]) };
  const tensor = create(TensorProtoSchema, {
    dims: shape.map(BigInt),
    dataType: onnxTypes[type],
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: Object.entries(entries).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
  });
  return floatMatrix(tensor);
}

export function isStoredType(type: string): type is StoredType {
  return (storedTypes as readonly string[]).includes(type);
}

/** A file that cannot be a dictionary. */
export function notDictionary(why: string, fields: Readonly<Record<string, string | number>> = {}): SteerboardError {
  const message = `This file cannot be imported as a dictionary: ${why}. Export the autoencoder's decoder as safetensors or .npz.`;
  return new SteerboardError('document-invalid', message, fields);
}
