import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A file's content under the names that a hub gives it. */
export interface HubContent {
  readonly size: number;
  readonly sha256: string;
  /** Git's name of the content. */
  readonly blob: string;
  /** Large files are kept elsewhere (LFS), and requests for them are redirected. */
  readonly isLarge: boolean;
  read(): Buffer;
}

export interface RepositoryOptions {
  /** Files are given to accounts that accepted the licence. */
  readonly gated?: boolean;
  readonly licence?: string;
  /** What it is for, such as `text-generation`. */
  readonly task?: string;
}

export interface RepositoryState {
  readonly commit: string;
  readonly files: ReadonlyMap<string, HubContent>;
}

/** A model with its commits; `main` is the last of them. */
export class HubRepository {
  private readonly states: RepositoryState[] = [];
  private readonly sources: ReadonlyMap<string, () => Buffer>[] = [];

  constructor(
    readonly id: string,
    readonly options: RepositoryOptions,
  ) {}

  /** Adds a state. Hashes are worked out when the model is first asked for. */
  commit(files: ReadonlyMap<string, () => Buffer>): void {
    this.sources.push(files);
  }

  /** The state of a branch or a commit. */
  at(revision: string): RepositoryState | null {
    while (this.states.length < this.sources.length)
      this.states.push(makeState(this.id, this.sources[this.states.length]!));
    if (revision === 'main') return this.states.at(-1) ?? null;
    return this.states.find((state) => state.commit === revision) ?? null;
  }

  get head(): RepositoryState {
    return this.at('main')!;
  }

  /** What `/api/models/{id}/revision/{revision}?blobs=true` answers. */
  describe({ commit, files }: RepositoryState): unknown {
    const { gated = false, licence = 'mit', task = 'text-generation' } = this.options;
    return {
      _id: '0123456789abcdef01234567',
      id: this.id,
      modelId: this.id,
      sha: commit,
      private: false,
      disabled: false,
      gated: gated ? 'manual' : false,
      pipeline_tag: task,
      library_name: 'transformers.js',
      tags: ['transformers.js', 'onnx', task, `license:${licence}`, 'region:us'],
      cardData: { license: licence },
      siblings: [...files].map(([rfilename, it]) => ({
        rfilename,
        size: it.size,
        blobId: it.isLarge ? hash('sha1', Buffer.from(`pointer of ${it.sha256}`)) : it.blob,
        ...(it.isLarge ? { lfs: { sha256: it.sha256, size: it.size, pointerSize: 134 } } : {}),
      })),
    };
  }
}

/** Files of a folder by their paths in it, read when they are asked for. */
export function folderFiles(folder: string): Map<string, () => Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const at = join(entry.parentPath, entry.name);
      return [relative(folder, at).split(sep).join('/'), () => readFileSync(at)] as const;
    }),
  );
}

/** The files that the repository has models of. */
export function fixtureModels(): ReadonlyMap<string, ReadonlyMap<string, () => Buffer>> {
  const models = new Map<string, ReadonlyMap<string, () => Buffer>>();
  const fixtures = join(root, 'test/fixtures/models');
  for (const entry of existsSync(fixtures) ? readdirSync(fixtures, { withFileTypes: true }) : []) {
    if (entry.isDirectory()) models.set(`steerboard-tests/${entry.name}`, folderFiles(join(fixtures, entry.name)));
  }
  models.set('steerboard-tests/tales', folderFiles(join(root, 'public/models/tales')));
  return models;
}

function makeState(id: string, sources: ReadonlyMap<string, () => Buffer>): RepositoryState {
  const files = new Map([...sources].map(([path, read]) => [path, makeContent(path, read)] as const));
  const everything = [...files].map(([path, it]) => `${path} ${it.sha256}`).sort();
  return { commit: hash('sha1', Buffer.from([id, ...everything].join('\n'))), files };
}

function makeContent(path: string, read: () => Buffer): HubContent {
  const bytes = read();
  return {
    size: bytes.length,
    sha256: hash('sha256', bytes),
    blob: hash('sha1', Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes])),
    isLarge: /\.onnx|_data|\.bin$|\.safetensors$/.test(path) || bytes.length > 10e6,
    read,
  };
}

function hash(algorithm: 'sha1' | 'sha256', bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
