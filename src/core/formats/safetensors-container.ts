/**
 * safetensors, the container: a header, then the tensors' bytes. Own code: it is a screenful, and no npm package reads tensors
 * from bytes or writes. F32 only. Specification: huggingface/safetensors, README.
 */
import { SteerboardError } from '../errors.js';
import { headerLength, headerOf, lengthBytes, type HeaderTensor } from './safetensors-header.js';
import type { NamedTensor } from './tensor-names.js';
import { decodeText, encodeText } from './utf8.js';

export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  /** F32 of one dimension. */
  readonly tensors: readonly NamedTensor[];
}

export function writeSafetensors({ metadata, tensors }: SafetensorsFile): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, values } of tensors) {
    header[name] = { dtype: 'F32', shape: [values.length], data_offsets: [end, end + 4 * values.length] };
    end += 4 * values.length;
  }
  const text = JSON.stringify(header);
  const encoded = encodeText(text);
  // Spaces, so that the tensors begin at a multiple of eight.
  const length = Math.ceil(encoded.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(length), true);
  bytes.set(encoded, 8);
  let at = 8 + length;
  for (const { values } of tensors) {
    for (let i = 0; i < values.length; i++) view.setFloat32(at + 4 * i, values[i]!, true);
    at += 4 * values.length;
  }
  return bytes;
}

/** @throws SteerboardError `document-invalid`, naming the tensor. */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const length = headerLength(bytes, bytes.length, refuse);
  const text = decodeText(bytes.subarray(lengthBytes, lengthBytes + length), 'the header');
  const { metadata, tensors } = headerOf(text, length, bytes.length, refuse);
  return { metadata, tensors: tensors.map((tensor) => readTensor(bytes, tensor)) };
}

function readTensor(bytes: Uint8Array, { name, type, shape, offset, length }: HeaderTensor): NamedTensor {
  const what = `tensor "${name.slice(0, 80)}"`;
  if (type !== 'F32') throw refuse(`${what} is ${type.slice(0, 20)}, not F32`, 'Save it as float32');
  const [size] = shape;
  if (size === undefined || shape.length !== 1) {
    throw refuse(`${what} has shape ${JSON.stringify(shape).slice(0, 60)}, not [d]`, 'Save one vector a tensor');
  }
  if (length !== 4 * size) throw refuse(`${what} of ${size} values has ${length} bytes`, 'Export it again');
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, length);
  return { name, values: Float32Array.from({ length: size }, (_, i) => view.getFloat32(4 * i, true)) };
}

export function refuse(what: string, hint: string): SteerboardError {
  const message = `This safetensors file cannot be imported: ${what}. ${hint}.`;
  return new SteerboardError('document-invalid', message, { path: what });
}
