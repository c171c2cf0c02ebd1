import { SteerboardError } from '../../core/errors.js';
import { isCommit, originOf, type HubAddress } from '../../core/hub/address.js';
import type { HubFile, HubListing } from '../../core/hub/listing.js';
import { inWords } from '../../core/hub/memory.js';
import type { FileProgress, Progress } from '../../protocol/api.js';
import { Mutex } from '../runtime/mutex.js';
import { HubClient } from './client.js';
import { downloadFile } from './download.js';
import { aloneOrWaiting } from './locks.js';
import { ModelStore } from './model-store.js';
import { usualPatience, type Beat, type Patience } from './patience.js';
import { peekFile } from './peek.js';
import { copyFromOtherState } from './reuse.js';
import type { ModelStorage } from './storage.js';
import { withWhatToRemove } from './stored.js';

export interface HubModelOptions {
  readonly token?: string | undefined;
  readonly storage: ModelStorage;
  readonly patience?: Patience;
  /** Asked while a hub is waited for; what it throws (a cancellation) ends the wait. */
  readonly beat?: Beat;
  /** Bytes that may still be stored, null when the browser does not say. */
  readonly free?: () => Promise<number | null>;
}

/** Milliseconds between two reports of a download. */
const reportEvery = 100;

/** A model of a hub in one state: what the hub lists, and what of it is stored here. */
export class HubModel {
  private readonly downloads = new Mutex();

  private constructor(
    readonly address: HubAddress,
    readonly listing: HubListing,
    /** Whether the hub could not be asked, and this is what was known before. */
    readonly isFromStorage: boolean,
    private readonly store: ModelStore,
    private readonly client: HubClient,
    private readonly options: HubModelOptions,
  ) {}

  /**
   * Finds out what a revision stands for. A commit that is stored needs no network; a branch is asked for, and when there is no answer
   * the state that it last stood for is taken.
   *
   * @throws `hub-…`
   */
  static async find(asked: HubAddress, options: HubModelOptions): Promise<HubModel> {
    const address = { ...asked, host: originOf(asked.host) };
    const { storage } = options;
    const beat = options.beat ?? (() => undefined);
    const client = new HubClient(address, options.token, options.patience ?? usualPatience);
    const made = (listing: HubListing, store: ModelStore, isFromStorage: boolean) =>
      new HubModel(address, listing, isFromStorage, store, client, options);
    if (isCommit(address.revision)) {
      const store = await ModelStore.open(storage, { ...address, commit: address.revision });
      if (store.listing) return made(store.listing, store, false);
    }
    try {
      const listing = await client.listing(beat);
      return made(listing, await ModelStore.open(storage, { ...address, commit: listing.commit }), false);
    } catch (error) {
      const isAway =
        error instanceof SteerboardError && (error.code === 'hub-unreachable' || error.code === 'hub-busy');
      const store = isAway ? await ModelStore.lastKnown(storage, address) : null;
      if (!store?.listing) throw error;
      return made(store.listing, store, true);
    }
  }

  get commit(): string {
    return this.listing.commit;
  }

  get paths(): readonly string[] {
    return this.listing.files.map((file) => file.path);
  }

  /** Whether files that a newer page stored are in the way. */
  get isStoredByNewerPage(): boolean {
    return this.store.newer !== null;
  }

  file(path: string): HubFile | null {
    return this.listing.files.find((file) => file.path === path) ?? null;
  }

  bytesOf(path: string): number {
    return this.file(path)?.bytes ?? 0;
  }

  /** Bytes that are stored here, by path. */
  bytesHere(): Promise<ReadonlyMap<string, number>> {
    return this.store.sizes();
  }

  /** Whether all of a file is stored now; another tab, or the page itself, may have removed it since it was read. */
  async isHere(path: string): Promise<boolean> {
    const here = (await this.store.folder.sizes()).get(path);
    return here !== undefined && here === (this.file(path)?.bytes ?? here);
  }

  /** A small file, from the storage or from the hub, without storing anything. Null when there is none. */
  async peek(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const file = this.file(path);
    if (!file) return null;
    if (this.store.isWhole(path)) return this.store.folder.read(path);
    return peekFile(this.client, this.commit, file, this.options.beat ?? (() => undefined));
  }

  /** Writes down that the model is opened, so that it is found without a network the next time. */
  async use(): Promise<void> {
    await this.store.use(this.listing, this.address.revision);
  }

  /** A file where it is stored; it is downloaded when it is not. Null when the model has no such file. */
  async blob(path: string): Promise<Blob | null> {
    if (!this.file(path)) return null;
    await this.bring([path], () => this.options.beat?.());
    return this.store.folder.blob(path);
  }

  /** A file's content; it is downloaded and stored when it is not here. Null when the model has no such file. */
  async read(
    path: string,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    const file = this.file(path);
    if (!file) return null;
    const tell = ({ done, total }: Progress) => (onProgress ? onProgress(done, total) : this.options.beat?.());
    await this.bring([path], tell);
    const bytes = await this.store.folder.read(path);
    if (bytes && (file.bytes === null || bytes.length === file.bytes)) return bytes;
    // Marked whole, and not so: someone cleared a part of the storage.
    await this.store.mark(this.listing, path, { whole: false, etag: null });
    await this.bring([path], tell);
    return this.store.folder.read(path);
  }

  /**
   * Downloads what is not here of these files, one after the other.
   * @throws `hub-…`, `storage-full`, and what `onProgress` throws; what arrived is kept
   */
  async bring(paths: readonly string[], onProgress: (progress: Progress) => void): Promise<void> {
    await this.downloads.run(async () => {
      const files = paths.flatMap((path) => this.file(path) ?? []);
      if (files.every((file) => this.store.isWhole(file.path))) return;
      this.store.refuseNewer();
      const report = new DownloadReport(files, await this.store.sizes(), onProgress);
      const { host, id } = this.address;
      const waiting = 'Another tab is downloading this model; waiting for it';
      await aloneOrWaiting(
        `steerboard-download ${host}/${id}@${this.commit}`,
        this.client.patience,
        () => report.tell(waiting),
        () => report.tell(waiting),
        () => this.download(files, report),
      );
    });
  }

  private async download(files: readonly HubFile[], report: DownloadReport): Promise<void> {
    // Another tab may have been here in the meantime.
    await this.use();
    const missing = files.filter((file) => !this.store.isWhole(file.path));
    const here = await this.store.sizes();
    for (const file of files)
      report.at(file.path, this.store.isWhole(file.path) ? (file.bytes ?? 0) : (here.get(file.path) ?? 0));
    await this.refuseWithoutRoom(missing, here);
    for (const file of missing) {
      await this.downloadOne(file, report).catch(async (error: unknown) => {
        throw await withWhatToRemove(error, this.options.storage, this.store.key);
      });
    }
    report.end();
  }

  private async downloadOne(file: HubFile, report: DownloadReport): Promise<void> {
    const { path } = file;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const at = (label: string) => (bytes: number) => {
      report.at(path, bytes);
      report.tell(label);
    };
    const { key, folder } = this.store;
    // What is here already of a download that broke off is more likely to be nearly done.
    const isBegun = ((await folder.sizes()).get(path) ?? 0) > 0;
    const copying = at(`Copying ${name} from the state that was stored before`);
    if (!isBegun && (await copyFromOtherState(this.options.storage, key, file, folder, copying))) {
      await this.store.mark(this.listing, path, { whole: true, etag: null });
      return;
    }
    await downloadFile({
      client: this.client,
      commit: this.commit,
      file,
      folder,
      etag: this.store.etag(path),
      onEtag: (etag) => this.store.mark(this.listing, path, { whole: false, etag }),
      onBytes: at(`Downloading ${name}`),
    });
    await this.store.mark(this.listing, path, { whole: true, etag: this.store.etag(path) });
  }

  private async refuseWithoutRoom(missing: readonly HubFile[], here: ReadonlyMap<string, number>): Promise<void> {
    const needed = missing.reduce((sum, file) => sum + Math.max(0, (file.bytes ?? 0) - (here.get(file.path) ?? 0)), 0);
    const free = (await this.options.free?.()) ?? null;
    if (free === null || needed <= free) return;
    const full = new SteerboardError(
      'storage-full',
      `${this.address.id} needs ${inWords(needed)} more, and this browser lets the page store ${inWords(free)}. Remove a stored model or free space on the disk, then try again.`,
      { needed, free },
    );
    throw await withWhatToRemove(full, this.options.storage, this.store.key);
  }
}

/** Adds up what files of a download have, and tells of it now and then. */
class DownloadReport {
  private readonly files: Map<string, { -readonly [Key in keyof FileProgress]: FileProgress[Key] }>;
  private told = -Infinity;
  private label = 'Downloading';

  constructor(
    files: readonly HubFile[],
    here: ReadonlyMap<string, number>,
    private readonly onProgress: (progress: Progress) => void,
  ) {
    this.files = new Map(
      files.map(({ path, bytes }) => {
        const kept = here.get(path) ?? 0;
        return [path, { path, done: kept, total: bytes ?? 0, kept }];
      }),
    );
  }

  at(path: string, done: number): void {
    const file = this.files.get(path);
    if (!file) return;
    // A file that begins anew keeps nothing.
    file.kept = Math.min(file.kept, done);
    file.done = done;
  }

  tell(label: string): void {
    const now = performance.now();
    if (label === this.label && now - this.told < reportEvery) return;
    this.label = label;
    this.told = now;
    this.send();
  }

  end(): void {
    this.send();
  }

  private send(): void {
    const files = [...this.files.values()].map((file) => ({ ...file }));
    const sum = (key: 'done' | 'total') => files.reduce((total, file) => total + file[key], 0);
    this.onProgress({ label: this.label, done: sum('done'), total: sum('total'), files });
  }
}
