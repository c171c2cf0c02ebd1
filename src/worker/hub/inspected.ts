import { SteerboardError } from '../../core/errors.js';
import { sharedFiles, suffixes } from '../../core/hub/variants.js';
import type { InspectRequest, ModelOffer } from '../../protocol/api.js';
import { openFiles } from '../model/files.js';
import type { Task } from '../tasks.js';
import { HubModel } from './hub-model.js';
import { modelStorage } from './storage.js';

/** What an offer is made from, whatever the model's source. */
export interface Inspected {
  readonly source: ModelOffer['source'];
  readonly name: string;
  readonly commit: string | null;
  readonly licence: string | null;
  /** What a hub thinks that the model is for. */
  readonly task: string | null;
  readonly paths: readonly string[];
  readonly notes: readonly string[];
  bytes(path: string): number;
  bytesHere(path: string): number;
  /** A small file; null when there is none. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | null>;
}

/** @throws `hub-…`, `file-unreadable` */
export function openInspected(request: InspectRequest, task: Task): Promise<Inspected> {
  const { source } = request;
  if (source.kind === 'hub') return inspectHub(source, request.token, task);
  if (source.kind === 'bundled') return inspectBundled(source, request.baseUrl ?? defaultBase());
  const sizes = new Map(source.files.map(({ path, file }) => [path.replace(/^\.?\//, ''), file.size]));
  return inspectLocal({ kind: 'folder', name: source.name }, source.name, sizes, async (path) =>
    (await openFiles(source, '')).read(path),
  );
}

const defaultBase = () => new URL(import.meta.env.BASE_URL, globalThis.location.href).href;

async function inspectHub(
  source: Extract<InspectRequest['source'], { kind: 'hub' }>,
  token: string | undefined,
  task: Task,
): Promise<Inspected> {
  const storage = await modelStorage();
  const model = await HubModel.find(source, { token, storage, beat: () => task.check() });
  const here = await model.bytesHere();
  const notes: string[] = [];
  if (model.isFromStorage) {
    notes.push(`${model.address.host} cannot be reached: this is what is known from the last time.`);
  }
  if (!storage.isLasting) {
    notes.push(
      'This browser stores no files for pages in this window: the model stays in memory, and is downloaded again next time.',
    );
  }
  if (model.isStoredByNewerPage) {
    notes.push('The stored files are of a newer version of this page. Reload the page to get that version.');
  }
  return {
    source: { ...source, host: model.address.host, revision: model.commit },
    name: source.id,
    commit: model.commit,
    licence: model.listing.licence,
    task: model.listing.task,
    paths: model.paths,
    notes,
    bytes: (path) => model.bytesOf(path),
    bytesHere: (path) => here.get(path) ?? 0,
    read: (path) => model.peek(path),
  };
}

/** A bundled model lies on a host that lists nothing: the usual names are asked for. */
async function inspectBundled(
  source: Extract<InspectRequest['source'], { kind: 'bundled' }>,
  baseUrl: string,
): Promise<Inspected> {
  const root = new URL(`models/${encodeURIComponent(source.id)}/`, baseUrl);
  const graphs = Object.values(suffixes).map((suffix) => `onnx/model${suffix}.onnx`);
  const names = [...sharedFiles(allShared), ...graphs];
  const sizes = new Map<string, number>();
  await Promise.all(
    names.map(async (path) => {
      const response = await fetch(new URL(path, root), { method: 'HEAD' }).catch(() => null);
      // A development server answers a missing file with its start page.
      const isPage = (response?.headers.get('content-type') ?? '').startsWith('text/html');
      if (response?.ok && !isPage) sizes.set(path, Number(response.headers.get('content-length') ?? 0));
    }),
  );
  if (sizes.size === 0) {
    throw new SteerboardError(
      'file-unreadable',
      `${source.id} could not be fetched. Check the connection, then reload.`,
      {
        model: source.id,
      },
    );
  }
  const files = await openFiles(source, baseUrl);
  return inspectLocal(source, source.id, sizes, (path) => files.read(path));
}

const allShared = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'chat_template.jinja',
];

async function inspectLocal(
  source: ModelOffer['source'],
  name: string,
  sizes: ReadonlyMap<string, number>,
  read: Inspected['read'],
): Promise<Inspected> {
  return {
    source,
    name,
    commit: null,
    licence: null,
    task: null,
    paths: [...sizes.keys()],
    notes: [],
    bytes: (path) => sizes.get(path) ?? 0,
    bytesHere: (path) => sizes.get(path) ?? 0,
    read: async (path) => (sizes.has(path) ? read(path) : null),
  };
}
