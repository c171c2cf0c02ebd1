import { SteerboardError } from '../../core/errors.js';
import type { ModelShape, ModelStamp } from '../../core/model.js';
import { instrument, type Instrumented } from '../../core/onnx/instrument.js';
import type { HookReport } from '../../core/onnx/hooks.js';
import type { Device, LoadReport, Progress } from '../../protocol/api.js';
import { Decoder } from '../generation/decoder.js';
import type { Runtime } from '../runtime/ort.js';
import type { ModelConfig } from './config.js';
import type { ModelFiles } from './files.js';
import { readFilesBeside, readGraphFile, type GraphFile } from './graph-file.js';
import { SteeredModel, type GraphPart } from './steered-model.js';
import type { Tokenizer } from './tokenizer.js';

export interface ModelOnDevice {
  readonly model: SteeredModel;
  readonly report: LoadReport;
}

/** A graph that was read and edited; `auto` opens the same one on two devices. */
export interface PreparedGraph {
  readonly file: GraphFile;
  readonly edited: Instrumented;
  readonly others: readonly GraphPart[];
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
  const file = await readGraphFile(files, config, device, halfFloats, onProgress, dtype);
  const read = performance.now();
  onProgress({ label: 'Finding the residual stream', done: 0, total: 0 });
  const edited = instrument(file.bytes, {
    weightsFile: nameOf(file.path),
    expected: { layers: config.layers, width: config.width ?? undefined },
  });
  checkVocabulary(edited.report, config, tokenizer, files.name);
  const surgeryMs = performance.now() - read;
  const others = await readFilesBeside(files, file.path, edited.filesBeside, onProgress);
  return { file, edited, others, filesMs: performance.now() - start - surgeryMs, surgeryMs };
}

export async function openGraph(
  prepared: PreparedGraph,
  files: ModelFiles,
  config: ModelConfig,
  tokenizer: Tokenizer,
  runtime: Runtime,
): Promise<ModelOnDevice> {
  const { file, edited, others } = prepared;
  const start = performance.now();
  const session = await runtime.createSession(
    {
      graph: edited.graph,
      externalData: [{ path: nameOf(file.path), data: file.bytes }, ...others],
    },
    edited.report.cache.entries.map((entry) => entry.present),
  );
  const shape: ModelShape = {
    layers: edited.report.layers,
    width: edited.report.width,
    vocabulary: edited.report.vocabulary,
    context: config.context,
  };
  const stamp: ModelStamp = {
    id: files.name,
    revision: files.revision ?? null,
    dtype: file.dtype,
    family: config.family,
    layers: shape.layers,
    width: shape.width,
  };
  const bytes = file.bytes.length + others.reduce((sum, part) => sum + part.data.length, 0);
  const report: LoadReport = {
    bytes,
    graphBytes: edited.graph.length,
    milliseconds: {
      files: prepared.filesMs,
      surgery: prepared.surgeryMs,
      session: performance.now() - start,
    },
  };
  try {
    const decoder = new Decoder(session, runtime.Tensor, edited.report, runtime.device === 'webgpu');
    const endIds = new Set([...config.endIds, ...tokenizer.turnEnds]);
    const model = new SteeredModel(decoder, tokenizer, runtime, shape, stamp, endIds, reread(files, prepared));
    return { model, report };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/**
 * Reads the file again when it is asked for: its bytes are not kept, as the session has its own copy of the weights. Only
 * names may be in what this returns, since a closure keeps everything that it can see.
 */
function reread(files: ModelFiles, { file: { path }, others }: PreparedGraph) {
  const folder = path.slice(0, path.length - nameOf(path).length);
  const names = others.map((part) => part.path);
  const read = async (at: string) => {
    const bytes = await files.read(at);
    if (!bytes) throw new SteerboardError('file-unreadable', `${at} is not there any more.`, { path: at });
    return bytes;
  };
  return async () => {
    const parts = [];
    for (const name of names) parts.push({ path: name, data: await read(folder + name) });
    return { bytes: await read(path), others: parts };
  };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
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
