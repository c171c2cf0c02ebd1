/** Where models are kept: the origin's private file system, or memory where a browser has none for pages. */

/** One state of one model. */
export interface ModelKey {
  /** Origin of the hub. */
  readonly host: string;
  readonly id: string;
  readonly commit: string;
}

/** A file that is being written from its end on. */
export interface StoredFile {
  readonly size: number;
  append(bytes: Uint8Array): void;
  /** Up to `length` bytes from `at`. */
  readAt(at: number, length: number): Uint8Array;
  /** Throws everything away. */
  clear(): void;
  close(): void;
}

/** The files of one state of one model. */
export interface ModelFolder {
  readManifest(): Promise<string | null>;
  writeManifest(text: string): Promise<void>;
  /** Paths and sizes of everything that is stored, bytes. */
  sizes(): Promise<ReadonlyMap<string, number>>;
  read(path: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** The file where it is stored, for what reads it piece by piece. */
  blob(path: string): Promise<Blob | null>;
  /** Opens for writing, and creates; one at a time. */
  open(path: string): Promise<StoredFile>;
  remove(path: string): Promise<void>;
}

export interface ModelStorage {
  /** Whether what is stored is there the next time. */
  readonly isLasting: boolean;
  list(): Promise<readonly ModelKey[]>;
  folder(key: ModelKey): ModelFolder;
  remove(key: ModelKey): Promise<void>;
}

let opened: Promise<ModelStorage> | undefined;

/** The storage of this browser. */
export function modelStorage(): Promise<ModelStorage> {
  opened ??= openPrivateFiles().catch(async () => {
    const { MemoryStorage } = await import('./memory-storage.js');
    return new MemoryStorage();
  });
  return opened;
}

async function openPrivateFiles(): Promise<ModelStorage> {
  const { PrivateFileStorage } = await import('./private-file-storage.js');
  return PrivateFileStorage.open();
}
