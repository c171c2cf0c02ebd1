import type { ModelFolder, ModelKey, ModelStorage, StoredFile } from './storage.js';

/** Keeps models while the worker lives, in browsers that give pages no files (some private windows). */
export class MemoryStorage implements ModelStorage {
  readonly isLasting = false;
  private readonly folders = new Map<string, { readonly key: ModelKey; readonly folder: MemoryFolder }>();

  async list(): Promise<readonly ModelKey[]> {
    return [...this.folders.values()].map(({ key }) => key);
  }

  folder(key: ModelKey): ModelFolder {
    const name = [key.host, key.id, key.commit].join(' ');
    let entry = this.folders.get(name);
    if (!entry) this.folders.set(name, (entry = { key, folder: new MemoryFolder() }));
    return entry.folder;
  }

  async remove(key: ModelKey): Promise<void> {
    this.folders.delete([key.host, key.id, key.commit].join(' '));
  }
}

class MemoryFolder implements ModelFolder {
  private manifest: string | null = null;
  private readonly files = new Map<string, Chunks>();

  async readManifest() {
    return this.manifest;
  }
  async writeManifest(text: string) {
    this.manifest = text;
  }
  async sizes() {
    return new Map([...this.files].map(([path, file]) => [path, file.size] as const));
  }
  async read(path: string) {
    const file = this.files.get(path);
    return file ? file.readAt(0, file.size) : null;
  }
  async blob(path: string) {
    const bytes = await this.read(path);
    return bytes && new Blob([bytes]);
  }
  async open(path: string): Promise<StoredFile> {
    let file = this.files.get(path);
    if (!file) this.files.set(path, (file = new Chunks()));
    return file;
  }
  async remove(path: string) {
    this.files.delete(path);
  }
}

/** Bytes as they arrived, so that a growing file is not copied again and again. */
class Chunks implements StoredFile {
  private chunks: Uint8Array[] = [];
  size = 0;

  append(bytes: Uint8Array): void {
    this.chunks.push(bytes.slice());
    this.size += bytes.length;
  }
  readAt(at: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - at)));
    let start = 0;
    for (const chunk of this.chunks) {
      const from = Math.max(0, at - start);
      const to = Math.min(chunk.length, at + bytes.length - start);
      if (from < to) bytes.set(chunk.subarray(from, to), start + from - at);
      start += chunk.length;
    }
    return bytes;
  }
  clear(): void {
    this.chunks = [];
    this.size = 0;
  }
  close(): void {
    // Nothing is held.
  }
}
