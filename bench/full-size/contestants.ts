/** Both sides with a model that each keeps on this machine's disk, as after a first visit. */
import * as comlink from 'comlink';
import { emptyPlan, type Plan } from '../../src/core/steering/plan.js';
import type { FolderFile } from '../../src/protocol/api.js';
import { connect, type Remote } from '../../src/protocol/port.js';
import { greedy, newTask } from '../contestants.js';
import type { Peer } from '../peer-worker.js';

export interface FullSizeModel {
  /** Folder of the model below `full-size/` on this host. */
  readonly name: string;
  readonly dtype: 'fp32' | 'q8' | 'q4';
  /** Paths of what this dtype needs. */
  readonly files: readonly string[];
  /** For transformers.js; ours decides by itself, and the number is the same. */
  readonly threads: number;
}
export interface Written {
  readonly tokenTimes: readonly number[];
  readonly ids: readonly number[];
}
export interface Contestant {
  readonly threads: number;
  tokens(text: string): Promise<number>;
  write(prompt: string, newTokens: number): Promise<Written>;
}

const folder = (name: string) => new URL(`full-size/${name}/`, new URL('../', document.baseURI));

async function directoryOf(path: readonly string[], create: boolean): Promise<FileSystemDirectoryHandle> {
  let directory = await navigator.storage.getDirectory();
  for (const name of path) directory = await directory.getDirectoryHandle(name, { create });
  return directory;
}

/** Our engine, with the files in the origin's private file system. */
export class OursOnDisk implements Contestant {
  private constructor(
    private readonly remote: Remote,
    readonly threads: number,
    private readonly plan: Plan,
  ) {}

  static async store({ name, files }: FullSizeModel): Promise<void> {
    for (const path of files) {
      const parts = path.split('/');
      const directory = await directoryOf([name, ...parts.slice(0, -1)], true);
      const file = await directory.getFileHandle(parts.at(-1)!, { create: true });
      const response = await fetch(new URL(path, folder(name)));
      if (!response.ok) throw new Error(`${path}: status ${response.status}`);
      await response.body!.pipeTo(await file.createWritable());
    }
  }

  static async load({ name, files, dtype }: FullSizeModel): Promise<OursOnDisk> {
    const worker = new Worker(new URL('../../src/worker/main.ts', import.meta.url), { type: 'module' });
    const remote = connect(worker, document.baseURI);
    const stored: FolderFile[] = [];
    for (const path of files) {
      const parts = path.split('/');
      const directory = await directoryOf([name, ...parts.slice(0, -1)], false);
      stored.push({ path, file: await (await directory.getFileHandle(parts.at(-1)!)).getFile() });
    }
    const source = { kind: 'folder', name, files: stored } as const;
    const model = await remote.loadModel({ task: newTask(), source, device: 'wasm', dtype }, () => undefined);
    return new OursOnDisk(remote, model.threads, weakPlan(model.shape));
  }

  async tokens(text: string): Promise<number> {
    return (await this.remote.tokenize(text)).ids.length;
  }

  async write(prompt: string, newTokens: number): Promise<Written> {
    const tokenTimes: number[] = [];
    const ids: number[] = [];
    const rows = [{ row: 'row', plan: this.plan }];
    const start = performance.now();
    await this.remote.generate({ task: newTask(), prompt, sampling: greedy(newTokens), rows, probes: [] }, (events) => {
      for (const event of events) {
        if (event.type !== 'token') continue;
        tokenTimes.push(performance.now() - start);
        ids.push(event.id);
      }
    });
    return { tokenTimes, ids };
  }
}

/** Adds a direction at every layer, so weakly that the text stays as it was: a hook costs the same whatever it adds. */
function weakPlan({ layers, width }: { readonly layers: number; readonly width: number }): Plan {
  const vector = new Float32Array(width).fill(1 / Math.sqrt(width));
  const sites = Array.from({ length: layers }, (_, layer) => ({ layer, vector, residualNorm: 1 }));
  return {
    ...emptyPlan,
    terms: [{ operator: 'add', strength: 1e-6, scope: { prompt: true, generated: true }, sites }],
  };
}

/** transformers.js, with the files in the browser's cache, where it puts them. */
export class PeerOnDisk implements Contestant {
  private constructor(
    private readonly peer: comlink.Remote<Peer>,
    readonly threads: number,
  ) {}

  static async store({ name, files }: FullSizeModel): Promise<void> {
    const cache = await caches.open('transformers-cache');
    for (const path of files) {
      const address = new URL(path, folder(name)).href;
      const response = await fetch(address);
      if (!response.ok) throw new Error(`${path}: status ${response.status}`);
      await cache.put(address, response);
    }
  }

  static async load({ name, dtype, threads }: FullSizeModel): Promise<PeerOnDisk> {
    const worker = new Worker(new URL('../peer-worker.ts', import.meta.url), { type: 'module' });
    const peer = comlink.wrap<Peer>(worker);
    const at = new URL('..', folder(name)).pathname;
    await peer.load({ model: name, folder: at, device: 'wasm', threads, build: 'stock', dtype, cached: true });
    return new PeerOnDisk(peer, threads);
  }

  tokens(text: string): Promise<number> {
    return this.peer.tokens(text);
  }

  write(prompt: string, newTokens: number): Promise<Written> {
    return this.peer.generate(prompt, newTokens);
  }
}
