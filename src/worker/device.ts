import { SteerboardError } from '../core/errors.js';
import { sharedFiles } from '../core/hub/variants.js';
import type { Device, Environment, LoadCheck, LoadedModel, LoadRequest, Progress } from '../protocol/api.js';
import { checkAtLoad, checkAttention, checkDevices, devicesNotCompared } from './checks.js';
import { disposeCache } from './generation/cache.js';
import type { Decoder } from './generation/decoder.js';
import { phaseFeeds } from './generation/prompt.js';
import { describeMachine } from './hub/machine.js';
import { readConfig, type ModelConfig } from './model/config.js';
import { openFiles, type ModelFiles } from './model/files.js';
import { chooseDevice } from './model/graph-file.js';
import { openGraph, prepareGraph, type ModelOnDevice, type PreparedGraph } from './model/load.js';
import type { SteeredModel } from './model/steered-model.js';
import type { Tokenizer } from './model/tokenizer.js';
import { adapterName, requestAdapter } from './runtime/gpu.js';
import { Runtime, threadCount } from './runtime/ort.js';
import type { Task } from './tasks.js';

export async function describeEnvironment(): Promise<Environment> {
  const { adapter, missing } = await requestAdapter();
  return {
    crossOriginIsolated: globalThis.crossOriginIsolated,
    threads: threadCount(),
    webgpuMissing: missing,
    adapter: adapter ? adapterName(adapter) : null,
  };
}

/** Opens models on devices, and decides which device `auto` means. */
export class Devices {
  private readonly runtimes = new Map<Device, Promise<Runtime>>();

  constructor(private readonly onLost: (error: SteerboardError) => void) {}

  async load(
    request: LoadRequest,
    task: Task,
    tell: (progress: Progress) => void,
  ): Promise<{ readonly model: SteeredModel; readonly loaded: LoadedModel }> {
    const onProgress = (progress: Progress) => {
      task.check();
      tell(progress);
    };
    const base = request.baseUrl ?? new URL(import.meta.env.BASE_URL, globalThis.location.href).href;
    const files = await openFiles(request.source, base, request.token, () => task.check());
    // A tokenizer may be tens of megabytes.
    await files.bring?.(sharedFiles(files.paths ?? []), onProgress);
    onProgress({ label: 'Reading the configuration', done: 0, total: 0 });
    // The parts that do not need each other are fetched together.
    const needsAdapter = request.device !== 'wasm';
    const reading = readConfig(files);
    const [answer, config, tokenizer] = await Promise.all([
      needsAdapter ? requestAdapter() : null,
      reading,
      // A model of another kind is told by its config, even where it has no tokenizer.
      reading.then(async () => (await import('./model/tokenizer.js')).Tokenizer.load(files)),
      request.device === 'webgpu' ? null : this.runtime('wasm'),
    ]);
    task.check();
    const runtime = (device: Device) => this.runtime(device);
    // Timing both devices would download two sets of files, and hold a large model twice: then what is known of devices
    // decides. A small model that is here is timed on both.
    const choice =
      request.device === 'auto' && (request.source.kind === 'hub' || isLarge(files))
        ? chooseDevice(files, config, await describeMachine(), request.dtype)
        : null;
    const opening = new Opening(files, config, tokenizer, task, onProgress, runtime, choice?.dtype ?? request.dtype);
    const chosen = choice?.device ?? request.device;
    const chosenWhy = choice ? ` ${choice.reason}` : '';
    if (chosen === 'wasm') {
      const opened = await opening.open('wasm', false);
      const why = request.because ? `: ${request.because}` : choice ? '' : ', as you chose';
      return told(opened, {}, `Running on WASM with ${threads(opened)}${why}.${chosenWhy}`);
    }
    const halfFloats = answer?.adapter?.features.has('shader-f16') ?? false;
    if (chosen === 'webgpu') {
      if (!answer?.adapter) {
        throw new SteerboardError(
          'device-unavailable',
          `WebGPU cannot be used here: ${answer?.missing}. Choose WASM or auto.`,
          { reason: answer?.missing ?? '' },
        );
      }
      const name = adapterName(answer.adapter);
      const opened = await opening.open('webgpu', halfFloats);
      return told(opened, {}, `Running on WebGPU (${name})${choice ? '' : ', as you chose'}.${chosenWhy}`);
    }
    const onWasm = await opening.open('wasm', false);
    if (!answer?.adapter) return told(onWasm, {}, `Running on WASM with ${threads(onWasm)}: ${answer?.missing}.`);
    return this.fasterOf(onWasm, opening, halfFloats, adapterName(answer.adapter), onProgress);
  }

  private async fasterOf(
    onWasm: CheckedModel,
    opening: Opening,
    halfFloats: boolean,
    adapter: string,
    onProgress: (progress: Progress) => void,
  ) {
    try {
      onProgress({ label: 'Timing WASM', done: 0, total: 0 });
      const wasm = await timeToken(onWasm.model);
      let onGpu: CheckedModel | null = null;
      let webgpu: number;
      try {
        onGpu = await opening.open('webgpu', halfFloats);
        onProgress({ label: 'Timing WebGPU', done: 0, total: 0 });
        webgpu = await timeToken(onGpu.model);
      } catch (error) {
        await onGpu?.model.release();
        opening.task.check();
        const why = error instanceof Error ? error.message : String(error);
        return told(onWasm, { wasm }, `Running on WASM with ${threads(onWasm)}: WebGPU failed (${why}).`);
      }
      const devices = await checkDevices(onGpu.model, onWasm.model);
      const trusted = devices.outcome !== 'failed';
      const [winner, loser, name] =
        wasm <= webgpu || !trusted
          ? [onWasm, onGpu, `WASM with ${threads(onWasm)}`]
          : [onGpu, onWasm, `WebGPU (${adapter})`];
      await loser.model.release();
      const times = `${webgpu.toFixed(1)} ms a token on WebGPU, ${wasm.toFixed(1)} ms on WASM`;
      const why = trusted ? `the faster here: ${times}` : `since WebGPU computes something else here (${times})`;
      return told(winner, { wasm, webgpu }, `Running on ${name}, ${why}.`, devices);
    } catch (error) {
      await onWasm.model.release();
      throw error;
    }
  }

  /** A runtime whose device was lost is of no use again: WebGPU stays unavailable until the worker is restarted. */
  private runtime(device: Device): Promise<Runtime> {
    let runtime = this.runtimes.get(device);
    if (!runtime) {
      runtime = Runtime.open(device, this.onLost);
      this.runtimes.set(device, runtime);
      runtime.catch(() => this.runtimes.delete(device));
    }
    return runtime;
  }
}

interface CheckedModel extends ModelOnDevice {
  readonly attention: LoadCheck | null;
}

/** One load request on its way to one or two devices; a graph that serves both is read and edited once. */
class Opening {
  private prepared: { readonly device: Device; readonly graph: PreparedGraph } | null = null;

  constructor(
    private readonly files: ModelFiles,
    private readonly config: ModelConfig,
    private readonly tokenizer: Tokenizer,
    readonly task: Task,
    private readonly onProgress: (progress: Progress) => void,
    private readonly runtime: (device: Device) => Promise<Runtime>,
    /** The dtype that was asked for; null: what suits the device. */
    private readonly dtype: string | null = null,
  ) {}

  async open(device: Device, halfFloats: boolean): Promise<CheckedModel> {
    const graph = await this.prepare(device, halfFloats);
    this.task.check();
    this.onProgress({ label: `Starting the model on ${nameOf(device)}`, done: 0, total: 0 });
    const runtime = await this.runtime(device);
    const opened = await openGraph(graph, this.files, this.config, this.tokenizer, runtime).catch((error: unknown) => {
      throw withoutRoom(error, this.files.name, graph, device);
    });
    try {
      this.task.check();
      // First of all, since whatever is read from now on is read as this says.
      if (device === 'webgpu') this.onProgress({ label: 'Checking how prompts are read', done: 0, total: 0 });
      const attention = await checkAttention(opened.model);
      this.task.check();
      return { ...opened, attention };
    } catch (error) {
      await opened.model.release();
      throw error;
    }
  }

  private async prepare(device: Device, halfFloats: boolean): Promise<PreparedGraph> {
    const { wasm, webgpu } = this.config.dtype;
    const serves = this.prepared?.device === device || this.dtype !== null || (wasm !== undefined && wasm === webgpu);
    if (this.prepared && serves) return this.prepared.graph;
    const graph = await prepareGraph(
      this.files,
      this.config,
      this.tokenizer,
      device,
      halfFloats,
      this.onProgress,
      this.dtype,
    );
    this.prepared = { device, graph };
    return graph;
  }
}

/** Files larger than this are opened on one device only. */
const largestTimed = 100e6;

function isLarge({ paths, size }: ModelFiles): boolean {
  return paths?.some((path) => /\.onnx(_data|\.data|$)/.test(path) && (size?.(path) ?? 0) > largestTimed) ?? false;
}

function threads({ model }: ModelOnDevice): string {
  const count = model.runtime.threads;
  return count === 1 ? 'one thread' : `${count} threads`;
}

/** @param devices whether both devices agree, where both were opened */
async function told(
  { model, report, attention }: CheckedModel,
  msPerToken: LoadedModel['msPerToken'],
  deviceReason: string,
  devices: LoadCheck = devicesNotCompared(model, `only ${nameOf(model.runtime.device)} was opened`),
) {
  const loaded: LoadedModel = {
    stamp: model.stamp,
    shape: model.shape,
    device: model.runtime.device,
    threads: model.runtime.threads,
    deviceReason,
    msPerToken,
    hooks: model.decoder.report,
    report,
    chat: model.tokenizer.chat,
    checks: await checkAtLoad(model, report, attention ? [devices, attention] : [devices]),
  };
  return { model, loaded };
}

/** Says of which model and dtype there was too much, and what is smaller. Other errors stay as they are. */
function withoutRoom(error: unknown, name: string, { dtype, bytes }: PreparedGraph, device: Device): unknown {
  if (!(error instanceof SteerboardError) || error.code !== 'out-of-memory') return error;
  const smaller =
    dtype === 'fp32' ? 'Take it in another dtype (q8 or q4f16 are a quarter of fp32)' : 'Take a smaller model';
  const other =
    device === 'wasm' ? 'WebGPU keeps weights in the graphics memory' : 'WASM keeps weights in the main memory';
  return new SteerboardError(
    'out-of-memory',
    `There was not enough memory to open ${name} in ${dtype} (${Math.round(bytes / 1e6)} MB of weights) on ${nameOf(device)}. ${smaller}, try the other device (${other}), or close other tabs. The model that was open before is untouched.`,
    { ...error.fields, model: name, dtype, bytes, device },
  );
}

function nameOf(device: Device): string {
  return device === 'wasm' ? 'WASM' : 'WebGPU';
}

/**
 * Milliseconds of one decode step after a short prompt, as a text is written: the median of a few, after the first ones,
 * which compile.
 */
async function timeToken(model: SteeredModel): Promise<number> {
  const { decoder } = model;
  const steering = decoder.keepFeeds(phaseFeeds(model, [[]]));
  const step = async (length: number, past: ReturnType<Decoder['empty']>) => {
    const result = await decoder.run({
      ids: new Array<number>(length).fill(1),
      rows: 1,
      length,
      past,
      steering,
      mask: new Float32Array(length),
      logits: 'last',
      likeliestAt: 1,
    });
    result.likeliest?.free();
    return result.cache;
  };
  const prompt = await step(Math.min(8, model.shape.context - 8), decoder.empty(1));
  const rows = await decoder.caches.split(prompt);
  disposeCache(prompt);
  let cache = decoder.caches.join(rows);
  const times: number[] = [];
  try {
    for (let i = 0; i < 7; i++) {
      const start = performance.now();
      cache = await step(1, cache);
      if (i >= 2) times.push(performance.now() - start);
    }
  } finally {
    disposeCache(cache);
    decoder.caches.drop(rows);
    decoder.caches.sweep();
    decoder.releaseFeeds(steering);
  }
  return times.toSorted((a, b) => a - b)[2]!;
}
