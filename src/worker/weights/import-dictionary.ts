import { decoderAmong, decoderIn, type Decoder } from '../../core/dictionaries/decoder.js';
import { npyArray, npyHeaderBytes } from '../../core/dictionaries/npy-header.js';
import { notDictionary, type StoredType } from '../../core/dictionaries/stored-tensor.js';
import { headerLength, headerOf, lengthBytes, type Refuse } from '../../core/formats/safetensors-header.js';
import type { Progress } from '../../protocol/api.js';
import type { Task } from '../tasks.js';

/** A decoder as it is kept: its own bytes, and how they are to be read. */
export interface StoredDecoder {
  readonly type: StoredType;
  readonly shape: readonly [number, number];
  readonly along: 'rows' | 'columns';
  readonly features: number;
  readonly width: number;
  readonly data: Blob;
}

/** Most bytes that are unpacked: some 65,000 features of width 15,000. zip.js ends where an entry is longer than it says. */
const mostUnpacked = 4e9;
/** No hint of its own: the error says which files are read. */
const notDictionaryOf: Refuse = (what) => notDictionary(what);

/**
 * Finds the decoder in a safetensors or .npz file. Only headers are read; of a compressed .npz the decoder is unpacked.
 *
 * @param width of the model
 * @throws SteerboardError `document-invalid`, `document-other-model`
 */
export async function readDictionary(
  file: Blob,
  width: number,
  task: Task,
  onProgress: (progress: Progress) => void,
): Promise<StoredDecoder> {
  const start = await bytesOf(file, 0, lengthBytes);
  // A zip begins with "PK", a NumPy array with \x93NUMPY.
  if (start[0] === 0x50 && start[1] === 0x4b) return fromZip(file, width, task, onProgress);
  if (start[0] === 0x93 && start[1] === 0x4e) return fromArray(file, 'W_dec', width);
  const length = headerLength(start, file.size, notDictionaryOf);
  const text = await file.slice(lengthBytes, lengthBytes + length).text();
  const { tensors } = headerOf(text, length, file.size, notDictionaryOf);
  const tensor = decoderAmong(tensors);
  if (!tensor) throw noDecoder(tensors.map(({ name }) => name));
  return stored(file, decoderIn(tensor, width), width);
}

async function fromZip(
  file: Blob,
  width: number,
  task: Task,
  onProgress: (progress: Progress) => void,
): Promise<StoredDecoder> {
  const { BlobReader, BlobWriter, ZipReader, configure } = await import('@zip.js/zip.js');
  configure({ useWebWorkers: false });
  const reader = new ZipReader(new BlobReader(file));
  try {
    const entries = (
      await reader.getEntries().catch(() => {
        throw notDictionary('it begins as a zip does and cannot be read as one; it may be cut off');
      })
    ).map((entry) => ({ name: entry.filename, entry }));
    const found = decoderAmong(entries);
    if (!found?.entry || found.entry.directory) throw noDecoder(entries.map(({ name }) => name));
    if (found.entry.uncompressedSize > mostUnpacked) {
      const fields = { bytes: found.entry.uncompressedSize };
      throw notDictionary(`“${found.name}” has ${found.entry.uncompressedSize} bytes unpacked, more than 4 GB`, fields);
    }
    const abort = new AbortController();
    const label = `Unpacking ${found.name}`;
    const unpacked = await found.entry
      .getData(new BlobWriter(), {
        signal: abort.signal,
        onprogress: async (done, total) => {
          onProgress({ label, done, total });
          if (task.isCancelled) abort.abort();
        },
      })
      .catch((error: unknown) => {
        task.check();
        throw notDictionary(
          `“${found.name}” cannot be unpacked (${error instanceof Error ? error.message : 'broken'})`,
        );
      });
    return await fromArray(unpacked, found.name, width);
  } finally {
    await reader.close();
  }
}

async function fromArray(file: Blob, name: string, width: number): Promise<StoredDecoder> {
  const array = npyArray(await bytesOf(file, 0, npyHeaderBytes), name.replace(/\.npy$/, ''), file.size);
  return stored(file, decoderIn(array, width, array.isFortran), width);
}

function stored(file: Blob, { tensor, type, shape, along, features }: Decoder, width: number): StoredDecoder {
  const data = file.slice(tensor.offset, tensor.offset + tensor.length);
  return { type, shape, along, features, width, data };
}

async function bytesOf(file: Blob, offset: number, length: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
}

function noDecoder(names: readonly string[]) {
  const listed = names.slice(0, 6).join(', ') + (names.length > 6 ? ` and ${names.length - 6} more` : '');
  return notDictionary(`no array in it is called W_dec or decoder.weight (it has ${listed || 'none'})`);
}
