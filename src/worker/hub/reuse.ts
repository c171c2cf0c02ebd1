import { isCancelled } from '../../core/errors.js';
import type { HubFile } from '../../core/hub/listing.js';
import { checksumOf } from './checksum.js';
import { ModelStore } from './model-store.js';
import type { ModelFolder, ModelKey, ModelStorage } from './storage.js';

/** Bytes that are copied at once. */
const window = 4 << 20;

/**
 * Copies a file from another stored state of the same model, where one has the same content by the hub's checksum: a branch
 * that moved on has mostly changed its small files. What is copied is checked as a download is.
 *
 * @param onBytes told how many bytes are here; a cancellation that it throws ends the copy, and nothing of it is kept
 * @returns whether the file is here now; a copy that fails is no failure, since the file can be downloaded
 */
export async function copyFromOtherState(
  storage: ModelStorage,
  key: ModelKey,
  file: HubFile,
  folder: ModelFolder,
  onBytes: (here: number) => void,
): Promise<boolean> {
  try {
    return await copied(storage, key, file, folder, onBytes);
  } catch (error) {
    if (isCancelled(error)) throw error;
    return false;
  }
}

async function copied(
  storage: ModelStorage,
  key: ModelKey,
  file: HubFile,
  folder: ModelFolder,
  onBytes: (here: number) => void,
): Promise<boolean> {
  const checksum = checksumOf(file);
  const source = checksum && (await blobOfSame(storage, key, file));
  if (!checksum || !source) return false;
  const target = await folder.open(file.path);
  let isWhole = false;
  try {
    target.clear();
    for (let at = 0; at < source.size; at += window) {
      const bytes = new Uint8Array(await source.slice(at, at + window).arrayBuffer());
      target.append(bytes);
      checksum.update(bytes);
      onBytes(target.size);
    }
    isWhole = checksum.matches();
  } finally {
    target.close();
    if (!isWhole) await folder.remove(file.path);
  }
  return isWhole;
}

async function blobOfSame(storage: ModelStorage, key: ModelKey, file: HubFile): Promise<Blob | null> {
  const others = (await storage.list()).filter(
    ({ host, id, commit }) => host === key.host && id === key.id && commit !== key.commit,
  );
  for (const other of others) {
    const store = await ModelStore.open(storage, other);
    const theirs = store.listing?.files.find(({ path }) => path === file.path);
    const isSame = theirs && (file.sha256 !== null ? theirs.sha256 === file.sha256 : theirs.blob === file.blob);
    if (!isSame || !store.isWhole(file.path)) continue;
    const blob = await store.folder.blob(file.path);
    if (blob && blob.size === file.bytes) return blob;
  }
  return null;
}
