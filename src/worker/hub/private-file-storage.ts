import { SteerboardError } from '../../core/errors.js';
import type { ModelFolder, ModelKey, ModelStorage, StoredFile } from './storage.js';

const rootName = 'steerboard-models';
const manifestName = 'manifest.json';
/** Model files lie in a folder of their own, so that none of them can have the manifest's name. */
const filesName = 'files';

/**
 * Models in the origin private file system: `steerboard-models/<host>/<id>/<commit>/` with `manifest.json` and `files/<path>`.
 * Host, id and paths are one encoded name each. Files are stored by commit, so a branch that moves on never mixes two states.
 */
export class PrivateFileStorage implements ModelStorage {
  readonly isLasting = true;

  private constructor(private readonly root: FileSystemDirectoryHandle) {}

  /** @throws when this browser gives pages no files, or none that a worker can write. */
  static async open(): Promise<PrivateFileStorage> {
    const top = await navigator.storage.getDirectory();
    const root = await top.getDirectoryHandle(rootName, { create: true });
    if (!('createSyncAccessHandle' in FileSystemFileHandle.prototype)) throw new Error('no synchronous access');
    return new PrivateFileStorage(root);
  }

  async list(): Promise<readonly ModelKey[]> {
    const keys: ModelKey[] = [];
    for await (const [host, ids] of folders(this.root)) {
      for await (const [id, commits] of folders(ids)) {
        for await (const [commit] of folders(commits)) {
          keys.push({ host: decodeURIComponent(host), id: decodeURIComponent(id), commit });
        }
      }
    }
    return keys;
  }

  folder(key: ModelKey): ModelFolder {
    return new PrivateFolder(this.root, key);
  }

  async remove(key: ModelKey): Promise<void> {
    try {
      const host = await this.root.getDirectoryHandle(encode(key.host));
      const id = await host.getDirectoryHandle(encode(key.id));
      await id.removeEntry(key.commit, { recursive: true });
      if (await isEmpty(id)) await host.removeEntry(encode(key.id));
      if (await isEmpty(host)) await this.root.removeEntry(encode(key.host));
    } catch (error) {
      if (!isMissing(error)) throw inUse(error, key, key.id);
    }
  }
}

class PrivateFolder implements ModelFolder {
  constructor(
    private readonly root: FileSystemDirectoryHandle,
    private readonly key: ModelKey,
  ) {}

  async readManifest(): Promise<string | null> {
    return ifThere(async () => {
      const handle = await (await this.directory(false)).getFileHandle(manifestName);
      return (await handle.getFile()).text();
    });
  }

  /** Written beside the old one and exchanged for it, so that a page that is closed in between leaves a whole one. */
  async writeManifest(text: string): Promise<void> {
    const handle = await (await this.directory(true)).getFileHandle(manifestName, { create: true });
    if ('createWritable' in handle) {
      const writable = await handle.createWritable();
      await writable.write(text);
      await writable.close();
      return;
    }
    const file = new AccessedFile(await (handle as FileSystemFileHandle).createSyncAccessHandle());
    file.clear();
    file.append(new TextEncoder().encode(text));
    file.close();
  }

  async sizes(): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>();
    const files = await ifThere(() => this.files(false));
    if (!files) return sizes;
    for await (const [name, handle] of entriesOf(files)) {
      if (handle.kind !== 'file') continue;
      sizes.set(decodeURIComponent(name), (await (handle as FileSystemFileHandle).getFile()).size);
    }
    return sizes;
  }

  async read(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const blob = await this.blob(path);
    return blob && new Uint8Array(await blob.arrayBuffer());
  }

  async blob(path: string): Promise<Blob | null> {
    return ifThere(async () => (await (await this.files(false)).getFileHandle(encode(path))).getFile());
  }

  async open(path: string): Promise<StoredFile> {
    const handle = await (await this.files(true)).getFileHandle(encode(path), { create: true });
    try {
      return new AccessedFile(await handle.createSyncAccessHandle());
    } catch (error) {
      throw inUse(error, this.key, path);
    }
  }

  async remove(path: string): Promise<void> {
    await ifThere(async () => (await this.files(false)).removeEntry(encode(path)));
  }

  private async directory(create: boolean): Promise<FileSystemDirectoryHandle> {
    const host = await this.root.getDirectoryHandle(encode(this.key.host), { create });
    const id = await host.getDirectoryHandle(encode(this.key.id), { create });
    return id.getDirectoryHandle(this.key.commit, { create });
  }

  private async files(create: boolean): Promise<FileSystemDirectoryHandle> {
    return (await this.directory(create)).getDirectoryHandle(filesName, { create });
  }
}

class AccessedFile implements StoredFile {
  constructor(private readonly handle: FileSystemSyncAccessHandle) {}

  get size(): number {
    return this.handle.getSize();
  }
  append(bytes: Uint8Array<ArrayBuffer>): void {
    const at = this.size;
    const written = this.handle.write(bytes, { at });
    // A storage that is full may take a part only, or say that it took all.
    if (written < bytes.length || this.size < at + bytes.length)
      throw new DOMException('The storage is full.', 'QuotaExceededError');
  }
  readAt(at: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, this.handle.read(bytes, { at }));
  }
  clear(): void {
    this.handle.truncate(0);
  }
  close(): void {
    this.handle.flush();
    this.handle.close();
  }
}

/** One name for a text with slashes. `encodeURIComponent` leaves a lone dot as it is, which names a folder. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/^\.+$/, (dots) => '%2E'.repeat(dots.length));
}

/** TypeScript's worker library leaves the iteration of folders out. */
function entriesOf(folder: FileSystemDirectoryHandle): AsyncIterable<[string, FileSystemHandle]> {
  return (folder as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> }).entries();
}

async function* folders(parent: FileSystemDirectoryHandle) {
  for await (const [name, handle] of entriesOf(parent)) {
    if (handle.kind === 'directory') yield [name, handle as FileSystemDirectoryHandle] as const;
  }
}

async function isEmpty(folder: FileSystemDirectoryHandle): Promise<boolean> {
  for await (const _ of entriesOf(folder)) return false;
  return true;
}

/** A file that another tab writes can be neither written nor removed. */
function inUse(error: unknown, { id, commit }: ModelKey, path: string): unknown {
  if (!(error instanceof DOMException) || error.name !== 'NoModificationAllowedError') return error;
  return new SteerboardError(
    'file-unreadable',
    `${path} is being downloaded in another tab. Wait for it or cancel it there, then try again.`,
    { id, commit, path },
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotFoundError' || error.name === 'TypeMismatchError');
}

async function ifThere<Value>(work: () => Promise<Value>): Promise<Value | null> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
