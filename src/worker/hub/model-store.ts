import { SteerboardError } from '../../core/errors.js';
import type { HubAddress } from '../../core/hub/address.js';
import { isCommit } from '../../core/hub/address.js';
import type { HubListing } from '../../core/hub/listing.js';
import { alone } from './locks.js';
import { manifestVersion, readManifest, type Manifest } from './manifest.js';
import type { ModelFolder, ModelKey, ModelStorage } from './storage.js';

/** One stored state of a model: its manifest, kept in step with its files. */
export class ModelStore {
  private constructor(
    readonly key: ModelKey,
    readonly folder: ModelFolder,
    private last: Manifest | null,
    /** Version of a manifest that a newer page wrote; then nothing here is read or changed. */
    readonly newer: number | null,
  ) {}

  static async open(storage: ModelStorage, key: ModelKey): Promise<ModelStore> {
    const folder = storage.folder(key);
    const read = readManifest(await folder.readManifest());
    return new ModelStore(
      key,
      folder,
      read.state === 'readable' ? read.manifest : null,
      read.state === 'newer' ? read.version : null,
    );
  }

  /**
   * The state of a model that a revision last stood for in this browser, for when there is no network; null when none is stored. The usual branch may
   * not have been asked for by its name: then it is the state that was used last.
   */
  static async lastKnown(storage: ModelStorage, { host, id, revision }: HubAddress): Promise<ModelStore | null> {
    const stores = await Promise.all(
      (await storage.list())
        .filter((key) => key.host === host && key.id === id)
        .map((key) => ModelStore.open(storage, key)),
    );
    const when = (store: ModelStore) =>
      isCommit(revision) && store.key.commit === revision
        ? Infinity
        : (store.last?.revisions[revision] ?? (revision === 'main' ? store.used : -1));
    const best = stores.filter((it) => it.last !== null && when(it) >= 0).sort((a, b) => when(b) - when(a))[0];
    return best ?? null;
  }

  /** What the hub said of this state when it was last asked; null when nothing is stored. */
  get listing(): HubListing | null {
    return this.last?.listing ?? null;
  }

  get used(): number {
    return this.last?.used ?? 0;
  }

  /** Whether all of a file is here and was checked. */
  isWhole(path: string): boolean {
    return this.last?.files[path]?.whole === true;
  }

  etag(path: string): string | null {
    return this.last?.files[path]?.etag ?? null;
  }

  /** Bytes of each file that are here. A file that was marked whole and is not as long as announced counts as not here. */
  async sizes(): Promise<ReadonlyMap<string, number>> {
    return this.newer === null ? this.folder.sizes() : new Map();
  }

  /** Writes down that this state is used, and for which revision. */
  async use(listing: HubListing, revision: string): Promise<void> {
    const now = Date.now();
    await this.change(listing, (manifest) => ({
      ...manifest,
      used: now,
      revisions: { ...manifest.revisions, [revision]: now },
    }));
  }

  async mark(
    listing: HubListing,
    path: string,
    file: { readonly whole: boolean; readonly etag: string | null },
  ): Promise<void> {
    await this.change(listing, (manifest) => ({
      ...manifest,
      files: { ...manifest.files, [path]: { ...manifest.files[path], ...file } },
    }));
  }

  /** Reads, changes and writes the manifest while no other tab does. */
  private async change(listing: HubListing, change: (manifest: Manifest) => Manifest): Promise<void> {
    this.refuseNewer();
    const { host, id, commit } = this.key;
    await alone(`steerboard-manifest ${host}/${id}@${commit}`, async () => {
      const read = readManifest(await this.folder.readManifest());
      const fresh: Manifest = {
        version: manifestVersion,
        host,
        revisions: {},
        used: Date.now(),
        listing: { ...listing, id, files: [...listing.files] },
        files: {},
      };
      this.last = change(read.state === 'readable' ? read.manifest : fresh);
      await this.folder.writeManifest(JSON.stringify(this.last));
    });
  }

  /** @throws `document-newer` when a newer page stored this model */
  refuseNewer(): void {
    if (this.newer === null) return;
    const { id, commit } = this.key;
    throw new SteerboardError(
      'document-newer',
      `The files of ${id} in this browser were stored by a newer version of this page. Reload the page to get that version, or remove the stored model.`,
      { id, commit, version: this.newer, known: manifestVersion },
    );
  }
}
