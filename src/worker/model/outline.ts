/**
 * The outline of a model file on disk: the same ONNX model, with its large weights referring to the file instead of being
 * in it. Only what lies between the weights is read, so that a file of a gigabyte costs one or two megabytes of memory.
 */
import { SteerboardError } from '../../core/errors.js';
import type { ModelFiles } from './files.js';

/** Smaller tensors stay in the outline: shapes and axes, read when the session is created. */
const smallestReferred = 1024;
/** Smaller files are read whole. */
const smallestOutlined = 32e6;
const windowBytes = 2 ** 16;

/** Numbers of the fields in onnx.proto. */
const field = { graph: 7, initializer: 5, rawData: 9, externalData: 13, dataLocation: 14, key: 1, value: 2 } as const;
/** TensorProto.EXTERNAL */
const external = 1;
const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** The same files, large graphs on disk by their outline. */
export function outlined(files: ModelFiles): ModelFiles {
  return {
    ...files,
    async read(path, onProgress) {
      const blob = path.endsWith('.onnx') ? await files.blob?.(path) : null;
      if (!blob || blob.size < smallestOutlined) return files.read(path, onProgress);
      return outlineOf(blob, path.slice(path.lastIndexOf('/') + 1));
    },
  };
}

/**
 * @param location what the weights' references call the file
 * @throws `file-not-onnx` when the bytes are not fields of ONNX messages, or end before they say
 */
export async function outlineOf(file: Blob, location: string): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new WireReader(file);
  const model: Uint8Array[] = [];
  while (reader.at < file.size) {
    const { number, type, tag } = await reader.tag();
    if (number === field.graph && type === wire.bytes) {
      const end = await reader.end();
      const graph = await graphOutline(reader, end, location);
      model.push(tag, varint(lengthOf(graph)), ...graph);
    } else {
      model.push(tag, await reader.value(type));
    }
  }
  return joined(model);
}

async function graphOutline(reader: WireReader, end: number, location: string): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  while (reader.at < end) {
    const { number, type, tag } = await reader.tag();
    if (number === field.initializer && type === wire.bytes) {
      const tensor = await tensorOutline(reader, await reader.end(), location);
      parts.push(tag, varint(lengthOf(tensor)), ...tensor);
    } else {
      parts.push(tag, await reader.value(type));
    }
  }
  return parts;
}

async function tensorOutline(reader: WireReader, end: number, location: string): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  let place: readonly Uint8Array[] = [];
  let reference: readonly Uint8Array[] | null = null;
  while (reader.at < end) {
    const { number, type, tag } = await reader.tag();
    if (number === field.dataLocation) {
      place = [tag, await reader.value(type)];
    } else if (number !== field.rawData || type !== wire.bytes) {
      parts.push(tag, await reader.value(type));
    } else {
      const dataEnd = await reader.end();
      const length = dataEnd - reader.at;
      // The GPU's queue writes whole words only, straight from the file.
      if (length < smallestReferred || length % 4 !== 0) {
        parts.push(tag, varint(length), await reader.take(length));
        continue;
      }
      reference = referenceTo(location, reader.at, length);
      reader.at = dataEnd;
    }
  }
  return [...parts, ...(reference ?? place)];
}

/** The fields that say where a tensor's data is, instead of the data. */
function referenceTo(location: string, offset: number, length: number): readonly Uint8Array[] {
  const entries = Object.entries({ location, offset: String(offset), length: String(length) });
  return [
    ...entries.map(([key, value]) =>
      message(field.externalData, [...text(field.key, key), ...text(field.value, value)]),
    ),
    varint((field.dataLocation << 3) | wire.varint),
    varint(external),
  ];
}

/** Reads the protocol buffers' wire format from a file, a window at a time. */
class WireReader {
  at = 0;
  private window = new Uint8Array();
  private windowStart = 0;

  constructor(private readonly file: Blob) {}

  async tag() {
    const start = this.at;
    const tag = await this.varint();
    const number = Math.floor(tag / 8);
    if (number === 0) throw this.broken();
    this.at = start;
    return { number, type: tag % 8, tag: await this.take(lengthOfVarint(tag)) };
  }

  /** Where the length-prefixed field that begins here ends. */
  async end(): Promise<number> {
    const length = await this.varint();
    if (this.at + length > this.file.size) throw this.broken();
    return this.at + length;
  }

  /** A field's value as it stands in the file. */
  async value(type: number): Promise<Uint8Array> {
    if (type === wire.fixed64) return this.take(8);
    if (type === wire.fixed32) return this.take(4);
    const start = this.at;
    if (type === wire.varint) {
      for (; (await this.byte()) >= 0x80;) if (this.at - start > 9) throw this.broken();
    } else if (type === wire.bytes) {
      this.at = await this.end();
    } else {
      throw this.broken();
    }
    const length = this.at - start;
    this.at = start;
    return this.take(length);
  }

  async take(length: number): Promise<Uint8Array> {
    await this.cover(length);
    const from = this.at - this.windowStart;
    this.at += length;
    return this.window.slice(from, from + length);
  }

  private async varint(): Promise<number> {
    let value = 0;
    for (let scale = 1; scale < 2 ** 50; scale *= 128) {
      const byte = await this.byte();
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
    throw this.broken();
  }

  private byte(): number | Promise<number> {
    const index = this.at - this.windowStart;
    if (index >= 0 && index < this.window.length) {
      this.at++;
      return this.window[index]!;
    }
    return this.cover(1).then(() => this.window[this.at++ - this.windowStart]!);
  }

  private async cover(length: number): Promise<void> {
    const start = this.windowStart;
    if (this.at >= start && this.at + length <= start + this.window.length) return;
    if (this.at + length > this.file.size) throw this.broken();
    const slice = this.file.slice(this.at, this.at + Math.max(length, windowBytes));
    this.window = new Uint8Array(await slice.arrayBuffer());
    this.windowStart = this.at;
  }

  private broken(): SteerboardError {
    return new SteerboardError(
      'file-not-onnx',
      `This file of ${this.file.size} bytes is not a complete ONNX model: it ends early or is another format. Download or export it again and check that its size is right.`,
      { bytes: this.file.size },
    );
  }
}

function message(number: number, parts: readonly Uint8Array[]): Uint8Array {
  return joined([varint((number << 3) | wire.bytes), varint(lengthOf(parts)), ...parts]);
}

function text(number: number, value: string): Uint8Array[] {
  const bytes = new TextEncoder().encode(value);
  return [varint((number << 3) | wire.bytes), varint(bytes.length), bytes];
}

function lengthOfVarint(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++;
  return length;
}

function varint(value: number): Uint8Array {
  const bytes = new Uint8Array(lengthOfVarint(value));
  let rest = value;
  bytes.forEach((_, at) => {
    bytes[at] = (rest % 128) + (at < bytes.length - 1 ? 128 : 0);
    rest = Math.floor(rest / 128);
  });
  return bytes;
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
