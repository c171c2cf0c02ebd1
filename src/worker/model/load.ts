import { SteerboardError } from '../../core/errors.js';
import type { ModelShape, ModelStamp } from '../../core/model.js';
import { instrument, type Instrumented } from '../../core/onnx/instrument.js';
import type { CompiledHooks, HookReport } from '../../core/onnx/hooks.js';
import type { Device, LoadReport, Progress } from '../../protocol/api.js';
import type { Runtime } from '../runtime/ort.js';
import type { ModelConfig } from './config.js';
import type { ModelFiles } from './files.js';
import { readFilesBeside, readGraphFile } from './graph-file.js';
import { graphName, openDecoder } from './open-decoder.js';
import { outlined } from './outline.js';
import { SteeredModel, type GraphPart } from './steered-model.js';
import type { Tokenizer } from './tokenizer.js';

export interface ModelOnDevice {
  readonly model: SteeredModel;
  readonly report: LoadReport;
}

/** A graph that was read, and edited for one device; `auto` opens the same one on two. */
export interface PreparedGraph {
  readonly path: string;
  /** Such as `fp32` or `q8`. */
  readonly dtype: string;
  readonly device: Device;
  readonly edited: Instrumented;
  /** The graph's own file, or its outline. */
  readonly file: Uint8Array;
  /** What the edited graph's weights point into: the graph's own file, and those beside it. */
  readonly weights: readonly GraphPart[];
  /** Of all files. */
  readonly bytes: number;
  readonly filesMs: number;
  readonly surgeryMs: number;
}

export async function prepareGraph(
  files: ModelFiles,
  config: ModelConfig,
  tokenizer: Tokenizer,
  device: Device,
  halfFloats: boolean,
  onProgress: (progress: Progress) => void,
  dtype: string | null = null,
): Promise<PreparedGraph> {
  const start = performance.now();
  const file = await readGraphFile(outlined(files), config, device, halfFloats, onProgress, dtype);
  const read = performance.now();
  onProgress({ label: 'Finding the residual stream', done: 0, total: 0 });
  const edited = edit(file.bytes, config, device);
  checkVocabulary(edited.report, config, tokenizer, files.name);
  const surgeryMs = performance.now() - read;
  // An outline's small constants stay in it, so it is not called what its large weights call their file.
  const weights = [
    { path: graphName, data: file.bytes },
    ...(await weightsBeside(files, file.path, edited.filesBeside, onProgress)),
  ];
  const isOutline = edited.filesBeside.has(file.path.slice(folderOf(file.path).length));
  return {
    path: file.path,
    dtype: file.dtype,
    device,
    edited,
    file: file.bytes,
    weights,
    bytes: weights.reduce((sum, { data }) => sum + sizeOf(data), isOutline ? -file.bytes.length : 0),
    filesMs: performance.now() - start - surgeryMs,
    surgeryMs,
  };
}

/**
 * What a graph is opened with; other hooks are compiled where a plan needs them. On the CPU a whole hook costs nothing that
 * can be measured; on a GPU every node is a dispatch, and adding is one.
 */
const firstHooks: Readonly<Record<Device, CompiledHooks>> = {
  wasm: { resid_post: 'affine' },
  webgpu: { resid_post: 'add' },
};

function edit(graph: Uint8Array, { layers, width }: ModelConfig, device: Device): Instrumented {
  const expected = { layers, width: width ?? undefined };
  return instrument(graph, { weightsFile: graphName, device, hooks: firstHooks[device], expected });
}

/** As {@link readFilesBeside}, but without reading what is on disk. */
async function weightsBeside(
  files: ModelFiles,
  graphPath: string,
  needed: ReadonlyMap<string, number>,
  onProgress: (progress: Progress) => void,
): Promise<readonly GraphPart[]> {
  const folder = folderOf(graphPath);
  const parts: GraphPart[] = [];
  for (const [path, expected] of needed) {
    const data = await onDisk(files, folder + path, expected);
    if (data) parts.push({ path, data });
    else parts.push(...(await readFilesBeside(files, graphPath, new Map([[path, expected]]), onProgress)));
  }
  return parts;
}

/** The file as a Blob when it lies on this machine's disk, whole. */
async function onDisk(files: ModelFiles, path: string, expected: number): Promise<Blob | null> {
  const blob = (await files.blob?.(path)) ?? null;
  return blob && blob.size >= expected ? blob : null;
}

function sizeOf(data: GraphPart['data']): number {
  return data instanceof Uint8Array ? data.byteLength : data.size;
}

export async function openGraph(
  prepared: PreparedGraph,
  files: ModelFiles,
  config: ModelConfig,
  tokenizer: Tokenizer,
  runtime: Runtime,
): Promise<ModelOnDevice> {
  const start = performance.now();
  const isFor = prepared.device === runtime.device;
  const edited = isFor ? prepared.edited : edit(prepared.file, config, runtime.device);
  const decoder = await openDecoder(runtime, edited, prepared.weights);
  const shape: ModelShape = {
    layers: edited.report.layers,
    width: edited.report.width,
    vocabulary: edited.report.vocabulary,
    context: config.context,
  };
  const stamp: ModelStamp = {
    id: files.name,
    revision: files.revision ?? null,
    dtype: prepared.dtype,
    family: config.family,
    layers: shape.layers,
    width: shape.width,
  };
  const report: LoadReport = {
    bytes: prepared.bytes,
    graphBytes: edited.graph.length,
    milliseconds: {
      files: prepared.filesMs,
      surgery: prepared.surgeryMs,
      session: performance.now() - start,
    },
  };
  const endIds = new Set([...config.endIds, ...tokenizer.turnEnds]);
  const model = new SteeredModel(decoder, tokenizer, runtime, shape, stamp, endIds, reread(files, prepared));
  return { model, report };
}

/**
 * Reads the file again when it is asked for, and downloads nothing for it: its bytes are not kept, as the session has its own copy of the weights. Only
 * names may be in what this returns, since a closure keeps everything that it can see.
 */
export function reread(
  files: ModelFiles,
  {
    path,
    edited: { filesBeside },
  }: Pick<PreparedGraph, 'path'> & { readonly edited: Pick<Instrumented, 'filesBeside'> },
) {
  const beside = [...filesBeside];
  return async () => {
    for (const needed of [path, ...beside.map(([name]) => folderOf(path) + name)]) {
      if (files.isHere && !(await files.isHere(needed))) throw notHere(files.name, needed);
    }
    const bytes = await outlined(files).read(path);
    if (!bytes) throw new SteerboardError('file-unreadable', `${path} is not there any more.`, { path });
    return { bytes, others: await weightsBeside(files, path, new Map(beside), () => undefined) };
  };
}

function notHere(model: string, path: string): SteerboardError {
  return new SteerboardError(
    'file-unreadable',
    `The files of ${model} are no longer stored in this browser (${path} is missing), and they are not downloaded unasked. What is open goes on as it is. For steering or reading at another place, open ${model} again under Models.`,
    { model, path },
  );
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Exporters pad vocabularies, so the graph and the config may have a few more ids than the tokenizer, never fewer. */
const smallestShare = 0.9;

function checkVocabulary(report: HookReport, config: ModelConfig, tokenizer: Tokenizer, name: string): void {
  if (config.vocabulary > report.vocabulary) {
    throw new SteerboardError(
      'model-mismatch',
      `The configuration of ${name} says ${config.vocabulary} tokens, but the graph predicts ${report.vocabulary}. Take config.json and the ONNX file from the same model.`,
      { expected: config.vocabulary, found: report.vocabulary },
    );
  }
  if (tokenizer.size > report.vocabulary || tokenizer.size < smallestShare * config.vocabulary) {
    throw new SteerboardError(
      'tokenizer-unusable',
      `The tokenizer has ${tokenizer.size} tokens, but the model knows ${config.vocabulary}. Take tokenizer.json from the same model.`,
      { tokenizer: tokenizer.size, model: config.vocabulary },
    );
  }
}
