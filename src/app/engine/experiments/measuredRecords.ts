/**
 * What was measured in an experiment, in IndexedDB beside it: a head, and each text of its sweep by itself, so that a text that comes
 * costs one small write and not the writing of all.
 */
import { promisifyRequest } from 'idb-keyval';
import type { FoundJson, SweptRunJson, SweptTextJson } from '../../../core/experiments/index.js';
import { kept, write } from './database.js';

const headPrefix = 'measured ';
const textPrefix = 'swept ';
export const measuredVersion = 1;

/** All but the texts. It is checked when it is read. */
export interface MeasuredHead {
  readonly version: typeof measuredVersion;
  readonly run: SweptRunJson | null;
  /** Key of the setting whose texts are shown. */
  readonly shown: string | null;
  readonly found: FoundJson | null;
  /** Whether a search ran when this was saved. */
  readonly searching: boolean;
}

export interface MeasuredChange {
  /** Null: as it is. */
  readonly head: MeasuredHead | null;
  /** Whether texts that are there are of another run, and go. */
  readonly anew: boolean;
  /** Null: there is no sweep. */
  readonly runId: string | null;
  readonly texts: readonly SweptTextJson[];
}

/** Rejects when the browser refuses; then nothing of it is saved. */
export function changeMeasured(id: string, { head, anew, runId, texts }: MeasuredChange): Promise<void> {
  return write((store) => {
    if (anew) store.delete(textsOf(id));
    if (head) store.put(head, headPrefix + id);
    for (const text of texts) store.put(text, `${textPrefix}${id} ${runId} ${text.id}`);
  });
}

/** Undefined when nothing was measured. */
export function getMeasuredHead(id: string): Promise<unknown> {
  return kept('readonly', (store) => promisifyRequest<unknown>(store.get(headPrefix + id)));
}

/**
 * Some of the texts of a run, in the order of their keys.
 *
 * @param after key of the last one before; null: from the first on
 */
export function getSweptTexts(
  id: string,
  runId: string,
  after: string | null,
  most: number,
): Promise<readonly (readonly [key: string, text: unknown])[]> {
  const beginning = `${textPrefix}${id} ${runId} `;
  const range = IDBKeyRange.bound(after ?? beginning, `${beginning}\uffff`, after !== null);
  return pairsIn(range, most);
}

/** Takes out what is damaged. @param keys of texts */
export function dropSweptTexts(keys: readonly string[]): Promise<void> {
  return write((store) => {
    for (const key of keys) store.delete(key);
  });
}

/** All that is saved, as it is, so that it can be put back. */
export async function allMeasured(id: string): Promise<readonly (readonly [key: string, value: unknown])[]> {
  const key = headPrefix + id;
  return [...(await pairsIn(IDBKeyRange.bound(key, key))), ...(await pairsIn(textsOf(id)))];
}

export function putBackMeasured(pairs: readonly (readonly [key: string, value: unknown])[]): Promise<void> {
  return write((store) => {
    for (const [key, value] of pairs) store.put(value, key);
  });
}

/** Part of a transaction. */
export function deleteMeasured(store: IDBObjectStore, id: string): void {
  store.delete(headPrefix + id);
  store.delete(textsOf(id));
}

function textsOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound(`${textPrefix}${id} `, `${textPrefix}${id} \uffff`);
}

function pairsIn(range: IDBKeyRange, most?: number): Promise<readonly (readonly [string, unknown])[]> {
  return kept('readonly', async (store) => {
    const [keys, values] = await Promise.all([
      promisifyRequest<IDBValidKey[]>(store.getAllKeys(range, most)),
      promisifyRequest<unknown[]>(store.getAll(range, most)),
    ]);
    return keys.map((key, at) => [String(key), values[at]] as const);
  });
}
