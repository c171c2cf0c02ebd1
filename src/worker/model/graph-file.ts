import { SteerboardError } from '../../core/errors.js';
import type { ModelFacts } from '../../core/hub/kind.js';
import { findVariants, sharedFiles, suffixes, type GraphVariant } from '../../core/hub/variants.js';
import {
  choose,
  dtypesInOrder,
  judgeVariant,
  type Choice,
  type Machine,
  type SizedVariant,
} from '../../core/hub/verdict.js';
import type { Device, Progress } from '../../protocol/api.js';
import type { ModelConfig } from './config.js';
import type { ModelFiles } from './files.js';
import type { GraphPart } from './steered-model.js';

/** A model's ONNX file. */
export interface GraphFile {
  readonly path: string;
  /** Such as `fp32` or `q8`. */
  readonly dtype: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the graph of the wanted dtype, or of the one that suits the device best; where files come over a network, everything that
 * this dtype needs is brought here first.
 *
 * @param wanted the dtype that the user chose; null: what suits the device
 * @throws `file-unreadable` when there is no such graph, `device-unavailable` when there is none that this device can run
 */
export async function readGraphFile(
  files: ModelFiles,
  config: ModelConfig,
  device: Device,
  halfFloats: boolean,
  onProgress: (progress: Progress) => void,
  wanted: string | null = null,
): Promise<GraphFile> {
  const machine: Machine = { webgpuMissing: null, halfFloats, software: false, memory: null };
  if (files.paths === null) return readUnlisted(files, config, machine, device, onProgress, wanted);
  const variant = chooseListed(files, files.paths, config, machine, device, wanted);
  await files.bring?.([...sharedFiles(files.paths), ...variant.files], onProgress);
  const bytes = await readOne(files, variant.graph, onProgress);
  if (!bytes) throw nothingFor(files, device, wanted);
  return { path: variant.graph, dtype: variant.dtype, bytes };
}

/**
 * What `auto` takes of a model whose files can be listed, for one device only: without trying both.
 * @param dtype the dtype that the user chose; null: any
 */
export function chooseDevice(
  files: ModelFiles,
  config: ModelConfig,
  machine: Machine,
  dtype?: string | null,
): Choice | null {
  const variants = findVariants(files.paths ?? [], config.graphPath, files.name).map((it) => sized(files, it));
  const allowed = dtype ? variants.filter((it) => it.dtype === dtype) : variants;
  return choose(allowed, factsOf(config), machine);
}

function chooseListed(
  files: ModelFiles,
  paths: readonly string[],
  config: ModelConfig,
  machine: Machine,
  device: Device,
  wanted: string | null,
): GraphVariant {
  const found = findVariants(paths, config.graphPath, files.name).map((variant) => sized(files, variant));
  const variants = wanted === null ? found : found.filter(({ dtype }) => dtype === wanted);
  const facts = factsOf(config);
  const choice = choose(variants, facts, machine, device);
  const variant = variants.find(({ dtype }) => dtype === choice?.dtype);
  if (variant) return variant;
  const refused = variants[0];
  if (!refused) throw nothingFor(files, device, wanted);
  const reason = judgeVariant(device, refused, facts, machine).reason ?? '';
  throw new SteerboardError(
    'device-unavailable',
    `${files.name} in ${refused.dtype} cannot run on ${deviceName(device)}. ${reason}`,
    { model: files.name, device, dtype: refused.dtype, reason },
  );
}

function sized(files: ModelFiles, variant: GraphVariant): GraphVariant & SizedVariant {
  const sizes = variant.files.map((path) => files.size?.(path) ?? 0);
  return { ...variant, weights: sizes.reduce((sum, size) => sum + size, 0), largestFile: Math.max(...sizes) };
}

/** Where files cannot be listed, the usual names are tried, the best for the device first. */
async function readUnlisted(
  files: ModelFiles,
  config: ModelConfig,
  machine: Machine,
  device: Device,
  onProgress: (progress: Progress) => void,
  wanted: string | null,
): Promise<GraphFile> {
  const named = config.dtype[device];
  const usual = [...(named === undefined ? [] : [named]), 'fp32', ...dtypesInOrder(device, factsOf(config), machine)];
  for (const dtype of wanted === null ? new Set(usual) : [wanted]) {
    const suffix = suffixes[dtype];
    const path = config.graphPath ?? (suffix === undefined ? null : `onnx/model${suffix}.onnx`);
    if (path === null || !judgeVariant(device, unknownSize(dtype), factsOf(config), machine).usable) continue;
    const bytes = await readOne(files, path, onProgress);
    if (bytes) return { path, dtype, bytes };
  }
  throw nothingFor(files, device, wanted);
}

const unknownSize = (dtype: string): SizedVariant => ({ dtype, weights: 0, largestFile: 0 });

function readOne(files: ModelFiles, path: string, onProgress: (progress: Progress) => void) {
  const label = `Reading ${path.slice(path.lastIndexOf('/') + 1)}`;
  return files.read(path, (done, total) => onProgress({ label, done, total }));
}

function factsOf(config: ModelConfig): ModelFacts {
  const { family, layers, width, vocabulary, context, graphPath, dtype: named } = config;
  return { family, layers, width, vocabulary, context, graphPath, named, keyHeads: null, headLength: null };
}

const deviceName = (device: Device) => (device === 'wasm' ? 'WASM' : 'WebGPU');

function nothingFor(files: ModelFiles, device: Device, wanted: string | null): SteerboardError {
  const usual = 'It should be onnx/model.onnx (or model_quantized.onnx, model_q4.onnx …).';
  const message =
    wanted === null
      ? `${files.name} has no ONNX file that runs on ${deviceName(device)}. ${usual}`
      : `${files.name} has no ONNX file in ${wanted}. Choose another dtype. ${usual}`;
  return new SteerboardError('file-unreadable', message, { model: files.name, device });
}

/**
 * The files beside the graph that it keeps weights in.
 *
 * @param needed their locations as the graph has them, and how many bytes each has at least
 * @throws `file-unreadable` when one is not there or too short.
 */
export async function readFilesBeside(
  files: ModelFiles,
  graphPath: string,
  needed: ReadonlyMap<string, number>,
  onProgress: (progress: Progress) => void,
): Promise<readonly GraphPart[]> {
  const folder = graphPath.slice(0, graphPath.lastIndexOf('/') + 1);
  const parts: GraphPart[] = [];
  for (const [path, expected] of needed) {
    const data = await files.read(folder + path, (done, total) =>
      onProgress({ label: `Reading ${path}`, done, total }),
    );
    if (!data || data.length < expected) {
      const what = data ? `has ${data.length} of at least ${expected} bytes` : 'is not there';
      throw new SteerboardError(
        'file-unreadable',
        `${graphPath} keeps weights in ${folder}${path}, which ${what}. Add that file, whole, to the model's folder.`,
        { path: folder + path, bytes: data?.length ?? 0, expected },
      );
    }
    parts.push({ path, data });
  }
  return parts;
}
