/**
 * Imported sparse autoencoders, by name: the decoder alone, as it lies in its file, kept in IndexedDB where the browser lets it
 * and else for as long as this worker lives. Blobs stay on disk; slices are read when they are asked for.
 */
import { createStore, del, entries, get, set } from 'idb-keyval';
import type { DictionaryReader } from '../../core/directions/finder.js';
import { storedMatrix } from '../../core/dictionaries/stored-tensor.js';
import { SteerboardError } from '../../core/errors.js';
import type { ReadBytes } from '../../core/onnx/tensorBytes.js';
import { vectorAt, type VectorSet } from '../../core/onnx/vectorSet.js';
import type { DictionaryInfo } from '../../protocol/api.js';
import type { StoredDecoder } from './import-dictionary.js';

export interface Dictionary {
  readonly info: DictionaryInfo;
  readonly vectors: VectorSet;
  readonly read: ReadBytes;
}

interface Kept {
  readonly decoder: StoredDecoder;
  readonly lasting: boolean;
}

const store = createStore('steerboard-dictionaries', 'decoders');
/** Those that could not be stored. */
const held = new Map<string, StoredDecoder>();

/** What is stored; undefined where the browser keeps nothing for this page, which may throw at once. */
async function ifAllowed<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

async function keptDecoder(name: string): Promise<Kept | null> {
  const inMemory = held.get(name);
  if (inMemory) return { decoder: inMemory, lasting: false };
  const decoder = await ifAllowed(() => get<StoredDecoder>(name, store));
  return decoder ? { decoder, lasting: true } : null;
}

function infoOf(name: string, { decoder, lasting }: Kept): DictionaryInfo {
  const { features, width, data } = decoder;
  return { name, features, width, bytes: data.size, lasting };
}

/** All of them, by name. */
export async function listDictionaries(): Promise<readonly DictionaryInfo[]> {
  const stored = (await ifAllowed(() => entries<string, StoredDecoder>(store))) ?? [];
  const infos = [
    ...stored.map(([name, decoder]) => infoOf(name, { decoder, lasting: true })),
    ...[...held].map(([name, decoder]) => infoOf(name, { decoder, lasting: false })),
  ];
  return infos.sort((a, b) => a.name.localeCompare(b.name));
}

/** Keeps a decoder under a name, or under the name with a number where there is one already. */
export async function keepDictionary(wanted: string, decoder: StoredDecoder): Promise<DictionaryInfo> {
  const taken = new Set((await listDictionaries()).map(({ name }) => name));
  let name = wanted;
  for (let copy = 2; taken.has(name); copy++) name = `${wanted} ${copy}`;
  try {
    await set(name, decoder, store);
    return infoOf(name, { decoder, lasting: true });
  } catch {
    held.set(name, decoder);
    return infoOf(name, { decoder, lasting: false });
  }
}

export async function removeDictionary(name: string): Promise<void> {
  if (!held.delete(name)) await del(name, store);
}

/** Null when there is none of this name. */
export async function dictionaryNamed(name: string): Promise<Dictionary | null> {
  const kept = await keptDecoder(name);
  if (!kept) return null;
  const { type, shape, along, features, data } = kept.decoder;
  const vectors: VectorSet = { matrix: storedMatrix(type, shape), along, from: 0, count: features, gain: null };
  const read: ReadBytes = async (_, offset, length) =>
    new Uint8Array(await data.slice(offset, offset + length).arrayBuffer());
  return { info: infoOf(name, kept), vectors, read };
}

/** What finders are told of the dictionaries. @param width of the model */
export function dictionaryReader(width: number): DictionaryReader {
  return {
    async feature(name, index) {
      const dictionary = await dictionaryNamed(name);
      if (!dictionary) {
        const message = `There is no dictionary “${name}” here. Import it under “Weights” in the lab.`;
        throw new SteerboardError('input-empty', message, { name });
      }
      const { info, vectors, read } = dictionary;
      if (info.width !== width) {
        const message = `“${name}” is ${info.width} wide, and this model's residual stream ${width}: it was made for another model.`;
        throw new SteerboardError('document-other-model', message, { given: info.width, width });
      }
      if (!Number.isInteger(index) || index < 0 || index >= info.features) {
        const message = `There is no feature ${index}: “${name}” has ${info.features}, counted from 0.`;
        throw new SteerboardError('input-empty', message, { index, features: info.features });
      }
      return vectorAt(vectors, index, false, read);
    },
  };
}
