import { macrotask } from '../runtime/macrotask.js';
import { SteerboardError } from '../../core/errors.js';
import { fileUrl } from '../../core/hub/address.js';
import { inWords } from '../../core/hub/memory.js';
import type { HubFile } from '../../core/hub/listing.js';
import { checksumOf, type Checksum } from './checksum.js';
import { isPassing, type HubClient } from './client.js';
import { pause, pauseBefore, waitFor, type Beat } from './patience.js';
import type { ModelFolder, StoredFile } from './storage.js';

/** What a download of one file needs to know and to tell. */
export interface FileDownload {
  readonly client: HubClient;
  readonly commit: string;
  readonly file: HubFile;
  readonly folder: ModelFolder;
  /** What the server called the content whose first bytes are here; null when nothing is, or it did not say. */
  readonly etag: string | null;
  /** Written down before the first byte of a content is. */
  readonly onEtag: (etag: string | null) => Promise<void>;
  /** Bytes that are here, after each step and while nothing arrives; what it throws (a cancellation) ends the download. */
  readonly onBytes: (here: number) => void;
}

/** Bytes that are read at once when what is here is checked. */
const window = 4 << 20;

/**
 * Downloads a file, or goes on where an earlier download stopped, straight into the storage.
 *
 * What is here may be the beginning of another content (a file that changed on the hub): the server's ETag tells when it names one,
 * and the checksum at the end tells always. Then the file is fetched anew, once.
 *
 * @throws `hub-…`; `hub-changed` when the content is not the announced one, and then nothing of it is kept
 */
export async function downloadFile(download: FileDownload): Promise<void> {
  const { file, folder, onEtag } = download;
  const stored = await folder.open(file.path);
  let wrong = false;
  try {
    const transfer = new Transfer(download, stored);
    const began = await transfer.resume();
    let matches = await transfer.complete();
    if (!matches && began > 0) {
      await transfer.restart();
      matches = await transfer.complete();
    }
    if (!matches) throw notAnnounced(file, 'its bytes are not those that the hub announced');
  } catch (error) {
    wrong = error instanceof SteerboardError && error.code === 'hub-changed';
    throw error;
  } finally {
    const isEmpty = stored.size === 0 && file.bytes !== 0;
    stored.close();
    if (wrong || isEmpty) await folder.remove(file.path);
    if (wrong) await onEtag(null);
  }
}

class Transfer {
  private checksum: Checksum | null;
  private etag: string | null;
  private restarts = 0;
  /** Whether what is here was sent by this hub from its beginning on, just now. */
  private isFresh = false;
  private readonly beat: Beat;

  constructor(
    private readonly download: FileDownload,
    private readonly stored: StoredFile,
  ) {
    this.checksum = checksumOf(download.file);
    this.etag = download.etag;
    this.beat = () => download.onBytes(stored.size);
  }

  /** Reads what is here into the checksum. @returns how many bytes that are */
  async resume(): Promise<number> {
    const { stored } = this;
    const { bytes } = this.download.file;
    if (bytes !== null && stored.size > bytes) stored.clear();
    for (let at = 0; at < stored.size; at += window) {
      this.checksum?.update(stored.readAt(at, Math.min(window, stored.size - at)));
      // Lets a cancel in: gigabytes take seconds.
      await macrotask();
      this.beat();
    }
    return stored.size;
  }

  /** Throws away what is here. */
  async restart(): Promise<void> {
    this.stored.clear();
    this.checksum = checksumOf(this.download.file);
    this.etag = null;
  }

  /** Fetches what is missing, in as many connections as it takes. @returns whether the content is the announced one */
  async complete(): Promise<boolean> {
    const { client, file } = this.download;
    let attempt = 0;
    while (file.bytes === null || this.stored.size < file.bytes || (file.bytes === 0 && attempt === 0)) {
      const before = this.stored.size;
      try {
        if (await this.connect()) break;
        throw client.explain(new TypeError('the answer ended early'));
      } catch (error) {
        const told = translate(error, this.download, this.stored.size);
        // A connection that brought something is a working one.
        if (this.stored.size > before) attempt = 0;
        const wait = isPassing(told) ? pauseBefore(attempt++, told, client.patience) : null;
        if (wait === null) throw told;
        await pause(wait, client.patience, this.beat);
      }
    }
    this.beat();
    return this.checksum?.matches() ?? true;
  }

  /** One request. @returns whether the file is complete */
  private async connect(): Promise<boolean> {
    const { client, file, commit } = this.download;
    const aborter = new AbortController();
    try {
      const url = fileUrl(client.address, commit, file.path);
      const response = await client.get(url, this.beat, this.stored.size, aborter.signal);
      if (!(await this.accept(response))) {
        aborter.abort();
        return await this.connect();
      }
      if (!response.body) throw client.explain(new TypeError('no content'));
      const reader = response.body.getReader();
      for (;;) {
        // Only what the connection throws is a connection that broke; a storage has errors of its own.
        const { value, done } = await waitFor(reader.read(), client.patience, this.beat).catch((error: unknown) => {
          throw client.explain(error);
        });
        if (done) break;
        this.take(value);
      }
      return file.bytes === null || this.stored.size === file.bytes;
    } finally {
      aborter.abort();
    }
  }

  /** Whether the answer goes on from what is here; when it cannot, what is here is thrown away and `false` asks anew. */
  private async accept(response: Response): Promise<boolean> {
    const { file, commit, onEtag } = this.download;
    const repository = response.headers.get('X-Repo-Commit');
    if (repository !== null && /^[0-9a-f]{40}$/.test(commit) && repository !== commit) {
      throw notAnnounced(file, `the hub gives it from another commit (${repository.slice(0, 8)})`);
    }
    // A text that is compressed on its way has the same tag, called weak.
    const etag = response.headers.get('ETag')?.replace(/^W\//, '') ?? null;
    // All that the hub has is here, and it is less than was announced.
    if (response.status === 416 && this.isFresh) this.checkLength(this.stored.size);
    if (this.stored.size > 0) {
      const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '');
      const continues =
        response.status === 206 &&
        // Browsers show this header only where the server allows it; the request said where to begin.
        (range === null || Number(range[1]) === this.stored.size) &&
        (etag === null || this.etag === null || etag === this.etag);
      if (!continues) {
        if (++this.restarts > 2) throw notAnnounced(file, 'it changed while it was being downloaded');
        await this.restart();
        // An answer with everything can be taken as it is.
        if (response.status !== 200) return false;
      } else if (range && range[2] !== '*') this.checkLength(Number(range[2]));
    }
    if (response.status === 416) throw notAnnounced(file, 'the hub has less of it than it announced');
    if (response.status === 200) {
      this.isFresh = true;
      // A text that is compressed on its way may be announced with its compressed length, and browsers hide from pages that
      // it is. So less than was expected says nothing yet: the bytes and their checksum will.
      const length = Number(response.headers.get('Content-Length') ?? 0);
      if (file.bytes !== null && length > file.bytes) this.checkLength(length);
    }
    if (this.stored.size === 0 && etag !== this.etag) await onEtag((this.etag = etag));
    return true;
  }

  private checkLength(total: number): void {
    const { file } = this.download;
    if (file.bytes !== null && total !== file.bytes) {
      throw notAnnounced(file, `it has ${total} bytes instead of the ${file.bytes} that the hub announced`);
    }
  }

  private take(bytes: Uint8Array<ArrayBuffer>): void {
    const { file } = this.download;
    if (file.bytes !== null && this.stored.size + bytes.length > file.bytes) {
      throw notAnnounced(file, `it is longer than the ${file.bytes} bytes that the hub announced`);
    }
    this.stored.append(bytes);
    this.checksum?.update(bytes);
    this.beat();
  }
}

function notAnnounced(file: HubFile, what: string): SteerboardError {
  return new SteerboardError(
    'hub-changed',
    `${file.path} was thrown away: ${what}. Open the model again to see what the hub has now.`,
    { path: file.path, expected: file.bytes ?? 0 },
  );
}

/** Says which file, and that there is no room. */
function translate(error: unknown, { file }: FileDownload, here: number): unknown {
  if (error instanceof DOMException && error.name === 'QuotaExceededError') {
    const missing = (file.bytes ?? 0) - here;
    return new SteerboardError(
      'storage-full',
      `The browser's storage is full: ${file.path} needs ${inWords(missing)} more. Remove a stored model or free space on the disk, then try again; what arrived is kept.`,
      { path: file.path, bytes: here, expected: file.bytes ?? 0, needed: missing },
    );
  }
  if (error instanceof SteerboardError && isPassing(error) && error.fields['path'] === undefined) {
    return new SteerboardError(error.code, error.message, { ...error.fields, path: file.path, bytes: here });
  }
  return error;
}
