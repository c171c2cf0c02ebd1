import { withIsolation } from './headers.js';
import { modelsFolder, type BuildManifest } from './manifest.js';

const prefix = 'steerboard-';
const modelsCache = `${prefix}models`;

/** The files of one build in the browser's cache. Each is stored under its address and the hash of its content. */
export class BuildFiles {
  private readonly buildCache: string;
  /** Files on their way into the cache. */
  private readonly arriving = new Map<string, Promise<void>>();

  constructor(
    private readonly manifest: BuildManifest,
    /** The folder that the site is in, ending in a slash. */
    private readonly scope: string,
  ) {
    this.buildCache = `${prefix}build-${manifest.build}`;
  }

  /** The file's path in the manifest, or null when the address is not one of this build's files. */
  pathOf(address: string): string | null {
    const url = new URL(address);
    const place = url.origin + url.pathname;
    if (!place.startsWith(this.scope)) return null;
    const path = decodeURIComponent(place.slice(this.scope.length)) || 'index.html';
    return Object.hasOwn(this.manifest.files, path) ? path : null;
  }

  /** The stored file, or else the host's, which is stored while it is handed on: `kept` settles when that is done. */
  read(path: string): { readonly response: Promise<Response>; readonly kept: Promise<void> } {
    let settle = (): void => undefined;
    const kept = new Promise<void>((resolve) => {
      settle = resolve;
    });
    return { response: this.find(path, settle).catch((error: unknown) => (settle(), Promise.reject(error))), kept };
  }

  /** Fetches what the page needs offline and is not stored yet. Rejects when a file cannot be had. */
  async readAhead(): Promise<void> {
    for (const path of this.manifest.ahead) {
      await this.arriving.get(path);
      const cache = await this.cacheOf(path);
      if (await cache.match(this.keyOf(path))) continue;
      const { response, kept } = this.read(path);
      const { ok, status } = await response;
      if (!ok) throw new Error(`${path}: ${status}`);
      await kept;
    }
  }

  private async find(path: string, settle: () => void): Promise<Response> {
    const cache = await this.cacheOf(path);
    const key = this.keyOf(path);
    const stored = await cache.match(key);
    if (stored) return (settle(), stored);
    // Names without a hash may be in the HTTP cache with an older content: ask the host.
    const answer = await fetch(this.scope + path, { cache: path.startsWith('assets/') ? 'default' : 'no-cache' });
    const response = withIsolation(answer, this.manifest.contentSecurityPolicy);
    if (response.status !== 200) return (settle(), response);
    // Storage may be full or forbidden: the page then works online only.
    const storing = cache.put(key, response.clone()).catch(() => undefined);
    this.arriving.set(path, storing);
    void storing.then(() => {
      this.arriving.delete(path);
      settle();
    });
    return response;
  }

  /** Removes what other builds left, and models' files whose content has changed. */
  async removeOutdated(): Promise<void> {
    for (const name of await caches.keys()) {
      const isOurs = name === this.buildCache || name === modelsCache;
      if (name.startsWith(prefix) && !isOurs) await caches.delete(name);
    }
    const current = new Set(Object.keys(this.manifest.files).map((path) => this.keyOf(path)));
    const models = await caches.open(modelsCache);
    for (const request of await models.keys()) if (!current.has(request.url)) await models.delete(request);
  }

  private cacheOf(path: string): Promise<Cache> {
    return caches.open(path.startsWith(modelsFolder) ? modelsCache : this.buildCache);
  }

  private keyOf(path: string): string {
    return new URL(`${this.scope}${path}?content=${this.manifest.files[path]}`).href;
  }
}
