/** The tiny models of recipes/families: which there are, their files, and what PyTorch says of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../../test/fixtures/models/', import.meta.url);

interface Packed {
  readonly shape: readonly number[];
  readonly float32: string;
}

/** What recipes/families/README.md describes. T tokens, L layers, d width, V vocabulary. */
export interface FamilyGolden {
  readonly family: string;
  readonly stream: 'sequential' | 'parallel';
  readonly layers: number;
  readonly width: number;
  readonly vocabulary: number;
  readonly prompt: string;
  readonly ids: readonly number[];
  readonly direction: Packed;
  readonly coefficients: readonly number[];
  /** [L, T, d] */
  readonly resid_post: Packed;
  /** [T, V] */
  readonly logits: Packed;
  /** Last position, [L, V]. */
  readonly added: Packed;
  readonly ablated: Packed;
  readonly greedy: readonly number[];
  readonly steered_layer: number;
  readonly steered_greedy: readonly number[];
  /** Relative errors that onnxruntime's Python package makes with a file's unedited graph. */
  readonly tolerance: Readonly<Record<string, { readonly logits: number; readonly cached_logits: number }>>;
}

interface ModelFolder {
  readonly folder: string;
  readonly family: string;
  readonly exporter: string;
  readonly variant: string | null;
  readonly causal: boolean;
  readonly files: readonly { readonly file: string; readonly dtype: string; readonly external: readonly string[] }[];
}

/** One graph of one folder. */
export interface FamilyModel {
  readonly folder: string;
  readonly family: string;
  /** Exporter and variant: a column of the table. */
  readonly exporter: string;
  readonly dtype: string;
  readonly file: string;
  readonly external: readonly string[];
}

export function familyModels(): readonly FamilyModel[] {
  return listed().filter(({ causal }) => causal);
}

/** Whole models of other kinds, which have to be refused. */
export function otherModels(): readonly FamilyModel[] {
  return listed().filter(({ causal }) => !causal);
}

function listed(): readonly (FamilyModel & { readonly causal: boolean })[] {
  const index = new URL('index.json', folder);
  if (!existsSync(index)) return [];
  const { models } = JSON.parse(readFileSync(index, 'utf8')) as { models: readonly ModelFolder[] };
  return models.flatMap(({ folder, family, exporter, variant, causal, files }) =>
    files.map((file) => ({
      folder,
      family,
      exporter: variant === null ? exporter : `${exporter} ${variant}`,
      causal,
      ...file,
    })),
  );
}

export function readGolden(model: FamilyModel): FamilyGolden {
  return JSON.parse(readFileSync(new URL(`${model.folder}/golden.json`, folder), 'utf8')) as FamilyGolden;
}

/** What a folder on disk would hold with only this graph in it; bytes as base64. */
export function folderOf(model: FamilyModel): readonly { readonly path: string; readonly base64: string }[] {
  const root = new URL(`${model.folder}/`, folder);
  const beside = readdirSync(root).filter((name) => name.endsWith('.json') && name !== 'golden.json');
  const read = (path: string) => ({ path, base64: readFileSync(new URL(path, root)).toString('base64') });
  return [...beside, model.file, ...model.external].map(read);
}

export function floats({ float32 }: Packed): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(float32, 'base64')).buffer);
}
