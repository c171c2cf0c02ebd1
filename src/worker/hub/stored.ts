import { SteerboardError } from '../../core/errors.js';
import { factsOfGenai } from '../../core/hub/kind.js';
import { inWords } from '../../core/hub/memory.js';
import { findVariants, sharedFiles } from '../../core/hub/variants.js';
import type { StoredModel } from '../../protocol/api.js';
import { ModelStore } from './model-store.js';
import { modelStorage, type ModelKey, type ModelStorage } from './storage.js';

/** Models that are stored in this browser, the last used first. */
export async function storedModels(storage?: ModelStorage): Promise<readonly StoredModel[]> {
  const where = storage ?? (await modelStorage());
  const models = await Promise.all(
    (await where.list()).map(async (key): Promise<StoredModel> => {
      const store = await ModelStore.open(where, key);
      // What a newer page stored is counted and can be removed, not more.
      const sizes = await store.folder.sizes();
      const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      return { ...key, used: store.used, bytes, ...(await dtypesOf(store, sizes)) };
    }),
  );
  // A download that was refused leaves a manifest alone.
  return models.filter(({ bytes }) => bytes > 0).toSorted((a, b) => b.used - a.used);
}

export async function removeStoredModel(
  { host, id, commit }: Pick<StoredModel, 'host' | 'id' | 'commit'>,
  storage?: ModelStorage,
): Promise<void> {
  await (storage ?? (await modelStorage())).remove({ host, id, commit });
}

/** A storage that is full, with the other models that could be removed; every other error as it is. */
export async function withWhatToRemove(error: unknown, storage: ModelStorage, keep: ModelKey): Promise<unknown> {
  if (!(error instanceof SteerboardError) || error.code !== 'storage-full') return error;
  const others = (await storedModels(storage)).filter(({ host, id, commit }) => !isSame(keep, { host, id, commit }));
  if (others.length === 0) return error;
  const named = others
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(({ id, bytes }) => `${id} (${inWords(bytes)})`);
  return new SteerboardError(error.code, `${error.message} Stored here: ${named.join(', ')}.`, error.fields);
}

function isSame(a: ModelKey, b: ModelKey): boolean {
  return a.host === b.host && a.id === b.id && a.commit === b.commit;
}

async function dtypesOf(store: ModelStore, sizes: ReadonlyMap<string, number>) {
  const paths = store.listing?.files.map((file) => file.path) ?? [];
  const shared = sharedFiles(paths);
  const genai = store.isWhole('genai_config.json') && !paths.includes('config.json');
  const graphPath = genai ? await graphOf(store) : null;
  const dtypes: string[] = [];
  const partial: string[] = [];
  for (const { dtype, files } of findVariants(paths, graphPath, store.key.id)) {
    if ([...files, ...shared].every((path) => store.isWhole(path))) dtypes.push(dtype);
    else if (files.some((path) => (sizes.get(path) ?? 0) > 0)) partial.push(dtype);
  }
  return { dtypes, partial };
}

async function graphOf(store: ModelStore): Promise<string | null> {
  const bytes = await store.folder.read('genai_config.json');
  if (!bytes) return null;
  try {
    return factsOfGenai(JSON.parse(new TextDecoder().decode(bytes))).graphPath;
  } catch {
    return null;
  }
}
