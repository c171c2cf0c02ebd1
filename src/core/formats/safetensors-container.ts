/**
 * safetensors, the container: the length of a JSON header as u64, the header, then the tensors' bytes. Own code: it is a
 * screenful, and no npm package reads tensors from bytes or writes. F32 only. Specification: huggingface/safetensors, README.
 */
import { SteerboardError } from '../errors.js';
import { parseUntrusted } from './hostile.js';
import type { NamedTensor } from './tensor-names.js';
import { decodeText, encodeText } from './utf8.js';

/** Longest header that the reference implementation takes, bytes. */
const longestHeader = 100_000_000;

export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  /** F32 of one dimension. */
  readonly tensors: readonly NamedTensor[];
}

export function looksLikeSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return false; // {
  // Of a text, the eight bytes before would be letters, and the number beyond any file's length.
  return headerLength(bytes) <= BigInt(longestHeader);
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
  const announced = headerLength(bytes);
  if (announced > BigInt(Math.min(longestHeader, bytes.length - 8))) {
    throw refuse(`its header of ${announced} bytes does not fit into the file of ${bytes.length}`, truncated);
  }
  const start = 8 + Number(announced);
  const header = parseUntrusted(decodeText(bytes.subarray(8, start), 'the header'));
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw refuse('its header is not a JSON object', truncated);
  }
  const { __metadata__: metadata = {}, ...entries } = header as Record<string, unknown>;
  const tensors = Object.entries(entries).map(([name, entry]) => readTensor(bytes.subarray(start), name, entry));
  return { metadata: stringsOf(metadata), tensors };
}

function readTensor(data: Uint8Array, name: string, entry: unknown): NamedTensor {
  const what = `tensor "${name.slice(0, 80)}"`;
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  if (dtype !== 'F32') throw refuse(`${what} is ${String(dtype).slice(0, 20)}, not F32`, 'Save it as float32');
  if (!isLengths(shape) || shape.length !== 1) {
    throw refuse(`${what} has shape ${JSON.stringify(shape)?.slice(0, 60)}, not [d]`, 'Save one vector a tensor');
  }
  if (!isLengths(offsets) || offsets.length !== 2 || offsets[1]! - offsets[0]! !== 4 * shape[0]!) {
    throw refuse(`${what} of ${shape[0]} values has offsets ${JSON.stringify(offsets)?.slice(0, 60)}`, truncated);
  }
  const [from, to] = [offsets[0]!, offsets[1]!];
  if (to > data.length) throw refuse(`${what} ends at byte ${to} of the data, which has ${data.length}`, truncated);
  const view = new DataView(data.buffer, data.byteOffset + from, to - from);
  return { name, values: Float32Array.from({ length: shape[0]! }, (_, i) => view.getFloat32(4 * i, true)) };
}

function isLengths(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((it) => Number.isSafeInteger(it) && (it as number) >= 0);
}

function stringsOf(metadata: unknown): Readonly<Record<string, string>> {
  if (typeof metadata !== 'object' || metadata === null) throw refuse('its metadata is not an object', truncated);
  return Object.fromEntries(
    Object.entries(metadata).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function headerLength(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
}

const truncated = 'It may be truncated; download or export it again';

export function refuse(what: string, hint: string): SteerboardError {
  const message = `This safetensors file cannot be imported: ${what}. ${hint}.`;
  return new SteerboardError('document-invalid', message, { path: what });
}
