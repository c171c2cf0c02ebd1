/**
 * GGUF, the container: header, key-value pairs, tensors. Version 3 is written, 2 and 3 are read; little-endian. Own code: the
 * npm packages parse headers of remote files, none gives the tensors of bytes at hand, bounds what a hostile header
 * announces, or writes. Specification: ggml's docs/gguf.md.
 */
import { SteerboardError } from '../errors.js';
import { overlapOf } from './overlap.js';
import { decodeText, encodeText } from './utf8.js';

export const ggufMagic = [0x47, 0x47, 0x55, 0x46] as const; // "GGUF"
const usualAlignment = 32;
const mostKeys = 10_000;
const mostTensors = 10_000;
const longestName = 65_536;
/** Types of values, and of tensors. */
const [u32, text, array] = [4, 8, 9];
const float32 = 0;
/** Bytes of a value by its type; strings and arrays have none. */
const sizes: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
/** Some of ggml's tensor types, to name what is refused. */
const typeNames: Readonly<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  8: 'Q8_0',
  12: 'Q4_K',
  28: 'F64',
  30: 'BF16',
};

export type GgufValue = string | number | boolean | null;

export interface GgufFile {
  /** Strings, numbers of 32 bits and booleans; null stands for values of other types. */
  readonly keys: ReadonlyMap<string, GgufValue>;
  /** F32 of one dimension, in the order of the file; names may repeat. */
  readonly tensors: readonly { readonly name: string; readonly values: Float32Array }[];
}

/** Keys are written in this order, strings as such and numbers as u32. */
export function writeGguf(
  keys: readonly (readonly [string, string | number])[],
  tensors: GgufFile['tensors'],
): Uint8Array<ArrayBuffer> {
  const header = new Writer();
  header.raw(Uint8Array.from(ggufMagic));
  header.u32(3);
  header.u64(tensors.length);
  header.u64(keys.length);
  for (const [name, value] of keys) {
    header.string(name);
    header.u32(typeof value === 'string' ? text! : u32!);
    if (typeof value === 'string') header.string(value);
    else header.u32(value);
  }
  let offset = 0;
  for (const { name, values } of tensors) {
    header.string(name);
    header.u32(1);
    header.u64(values.length);
    header.u32(float32);
    header.u64(offset);
    offset += padded(4 * values.length, usualAlignment);
  }
  const start = padded(header.length, usualAlignment);
  const bytes = new Uint8Array(start + offset);
  header.copyTo(bytes);
  const view = new DataView(bytes.buffer);
  let at = start;
  for (const { values } of tensors) {
    for (let i = 0; i < values.length; i++) view.setFloat32(at + 4 * i, values[i]!, true);
    at += padded(4 * values.length, usualAlignment);
  }
  return bytes;
}

/** @throws SteerboardError `document-invalid`, naming the key or tensor. */
export function readGguf(bytes: Uint8Array): GgufFile {
  const reader = new Reader(bytes);
  reader.skip(4, 'the header');
  const version = reader.u32('the version');
  if (version === 0x02000000 || version === 0x03000000) throw refuse('it is big-endian', 'Convert it to little-endian');
  if (version !== 2 && version !== 3) throw refuse(`it has GGUF version ${version}`, 'Versions 2 and 3 can be read');
  const tensorCount = reader.count('the number of tensors', mostTensors, 24);
  const keyCount = reader.count('the number of keys', mostKeys, 12);
  const keys = new Map<string, GgufValue>();
  for (let index = 0; index < keyCount; index++) {
    const name = reader.string(`key ${index}`);
    keys.set(name, reader.value(name));
  }
  const infos = Array.from({ length: tensorCount }, (_, index) => readInfo(reader, index));
  const start = padded(reader.at, alignmentOf(keys));
  const spans = infos.map(({ name, length, offset }) => ({ name, offset: start + offset, length: 4 * length }));
  for (const { name, offset, length } of spans) {
    if (offset + length <= bytes.length) continue;
    throw refuse(
      `tensor "${name}" ends at byte ${offset + length}, but the file has ${bytes.length}`,
      'It may be truncated; download it again',
    );
  }
  const overlap = overlapOf(spans);
  if (overlap) {
    const [one, other] = overlap;
    throw refuse(`tensors "${one.name}" and "${other.name}" lie over each other`, 'It may be damaged; export it again');
  }
  const tensors = spans.map(({ name, offset, length }) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset, length);
    return { name, values: Float32Array.from({ length: length / 4 }, (_, i) => view.getFloat32(4 * i, true)) };
  });
  return { keys, tensors };
}

function readInfo(reader: Reader, index: number) {
  const name = reader.string(`tensor ${index}`);
  const dimensions = reader.u32(`the dimensions of "${name}"`);
  if (dimensions !== 1) throw refuse(`tensor "${name}" has ${dimensions} dimensions, not 1`, whatItHolds);
  const length = reader.u64(`the length of "${name}"`);
  const type = reader.u32(`the type of "${name}"`);
  if (type !== float32) {
    throw refuse(`tensor "${name}" is ${typeNames[type] ?? `of type ${type}`}, not F32`, whatItHolds);
  }
  const offset = reader.u64(`the offset of "${name}"`);
  if (length === 0) throw refuse(`tensor "${name}" is empty`, whatItHolds);
  return { name, length, offset };
}

const whatItHolds = 'A control vector has one-dimensional F32 tensors only';

function alignmentOf(keys: ReadonlyMap<string, GgufValue>): number {
  const value = keys.get('general.alignment') ?? usualAlignment;
  if (typeof value === 'number' && value >= 8 && value <= 2 ** 20 && Number.isInteger(Math.log2(value))) return value;
  throw refuse(`general.alignment is ${String(value)}, not a power of two`, 'It may be damaged; download it again');
}

function padded(length: number, alignment: number): number {
  return Math.ceil(length / alignment) * alignment;
}

export function refuse(what: string, hint: string): SteerboardError {
  return new SteerboardError('document-invalid', `This GGUF file cannot be imported: ${what}. ${hint}.`, {
    path: what,
  });
}

/** Reads on, and never behind the end. */
class Reader {
  at = 0;
  private readonly view: DataView;
  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  skip(length: number, what: string): number {
    const from = this.at;
    if (length > this.bytes.length - from) {
      throw refuse(`it ends within ${what}`, 'It may be truncated; download it again');
    }
    this.at += length;
    return from;
  }

  u32(what: string): number {
    return this.view.getUint32(this.skip(4, what), true);
  }

  /** @throws beyond 2⁵³, which no length or offset within a file is. */
  u64(what: string): number {
    const value = this.view.getBigUint64(this.skip(8, what), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw refuse(`${what} is ${value}`, 'It may be damaged; download it again');
    return Number(value);
  }

  /** A number of things that take at least `least` bytes each, so that the file bounds what is made room for. */
  count(what: string, most: number, least: number): number {
    const value = this.u64(what);
    if (value > most) throw refuse(`${what} is ${value}, more than ${most}`, 'Import a control vector, not a model');
    if (value * least > this.bytes.length)
      throw refuse(`${what} is ${value}, more than the file can hold`, 'It may be damaged');
    return value;
  }

  string(what: string): string {
    const length = this.u64(`the length of ${what}`);
    if (length > longestName)
      throw refuse(`the text of ${what} is ${length} bytes long`, `At most ${longestName} are read`);
    const from = this.skip(length, what);
    return decodeText(this.bytes.subarray(from, from + length), what);
  }

  value(name: string): GgufValue {
    const type = this.u32(`the type of key "${name}"`);
    if (type === text) return this.string(`key "${name}"`);
    if (type === array) return this.array(name, 0);
    const size = sizes[type];
    if (size === undefined) throw refuse(`key "${name}" is of type ${type}`, 'There is no such type');
    const at = this.skip(size, `key "${name}"`);
    if (type === 4) return this.view.getUint32(at, true);
    if (type === 5) return this.view.getInt32(at, true);
    if (type === 6) return this.view.getFloat32(at, true);
    return type === 7 ? this.view.getUint8(at) !== 0 : null;
  }

  /** Read past, since no key that counts is an array. */
  private array(name: string, depth: number): null {
    if (depth > 4) throw refuse(`key "${name}" has arrays in arrays`, 'It may be damaged');
    const type = this.u32(`the type of key "${name}"`);
    const length = this.u64(`the length of key "${name}"`);
    const size = sizes[type];
    if (size !== undefined) {
      this.skip(length * size, `key "${name}"`);
      return null;
    }
    if (type !== text && type !== array) throw refuse(`key "${name}" is of type ${type}`, 'There is no such type');
    // Each string or array takes eight bytes at least, so the file's end comes before the count does harm.
    for (let index = 0; index < length; index++) {
      if (type === text) this.string(`key "${name}"`);
      else this.array(name, depth + 1);
    }
    return null;
  }
}

/** Grows as it is written to. */
class Writer {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  length = 0;

  private room(more: number): number {
    const from = this.length;
    this.length += more;
    if (this.length > this.bytes.length) {
      const larger = new Uint8Array(2 * this.length);
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    return from;
  }

  u32(value: number): void {
    const at = this.room(4);
    this.view.setUint32(at, value, true);
  }

  u64(value: number): void {
    const at = this.room(8);
    this.view.setBigUint64(at, BigInt(value), true);
  }

  string(value: string): void {
    const encoded = encodeText(value);
    this.u64(encoded.length);
    this.raw(encoded);
  }

  raw(bytes: Uint8Array): void {
    const at = this.room(bytes.length);
    this.bytes.set(bytes, at);
  }

  copyTo(target: Uint8Array): void {
    target.set(this.bytes.subarray(0, this.length));
  }
}
