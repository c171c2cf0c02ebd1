/**
 * The only file that imports onnxruntime-web. It picks the build for a device, keeps model runs, session creation and
 * release from overlapping (two at once corrupt memory on the WebGPU builds), and says what failed in our own errors.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { SteerboardError } from '../../core/errors.js';
import { smallWeights } from '../../core/model.js';
import type { Device } from '../../protocol/api.js';
import { Interruption } from '../../protocol/interruption.js';
import { BlobBytes } from './blob-bytes.js';
import { EngineSession } from './engine-session.js';
import type { GpuDevice } from './gpu.js';
import { GpuMemory } from './gpu-memory.js';
import { Mutex } from './mutex.js';
import { wasmEngine } from './wasm-engine.js';

export type { Tensor } from 'onnxruntime-web/wasm';
type Ort = typeof import('onnxruntime-web/wasm');
export type Feeds = Record<string, Tensor>;
export type Outputs = Readonly<Record<string, Tensor>>;
export type TensorConstructor = Ort['Tensor'];

/**
 * A graph and the files that its external initializers point into, by the location written in the graph. Files on disk are
 * read a tensor at a time, so that a model's weights are not in memory twice.
 */
export interface SessionFiles {
  readonly graph: Uint8Array;
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array | Blob }[];
}

export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Element type of every input, such as `int64`. */
  readonly inputTypes: ReadonlyMap<string, string>;
  /**
   * @param fetches names of the outputs, or with each the tensor that it is written to.
   * @param stay names of outputs that are not copied where that can be: their data lie in the engine's memory until `giveBack`.
   */
  run(
    feeds: Feeds,
    fetches: readonly string[] | Readonly<Record<string, Tensor | null>>,
    stay?: ReadonlySet<string>,
  ): Promise<Outputs>;
  release(): Promise<void>;
}

/** Threads that the WASM backend may use: SharedArrayBuffer needs cross-origin isolation. */
export function threadCount(): number {
  return globalThis.crossOriginIsolated ? Math.max(1, Math.min(4, navigator.hardwareConcurrency || 1)) : 1;
}

/**
 * From here on the CPU's memory is not taken from an arena: it grows by doubling, which leaves a fifth of the engine's 4 GB
 * empty under weights of this size, and what it saves at every node does not show beside reading them (BENCHMARKS.md).
 */
const largeWeights = 1e9;

/** One device's build of onnxruntime-web, loaded when it is first needed. */
export class Runtime {
  private loss: SteerboardError | null = null;
  private watched: GpuDevice | null = null;
  private gpuMemory: GpuMemory | null = null;
  /** Sessions that are not released; the runtime destroys its device with the last of them. */
  private sessions = 0;
  /** Settled by the first model that is opened: the runtime makes its threads once. */
  private threadsMade = 0;
  private readonly lost = new Interruption();

  private constructor(
    readonly device: Device,
    private readonly ort: Ort,
    private readonly onLost: (error: SteerboardError) => void,
  ) {}

  static async open(device: Device, onLost: (error: SteerboardError) => void): Promise<Runtime> {
    let ort: Ort;
    try {
      if (device === 'wasm') ort = await import('onnxruntime-web/wasm');
      else if ('Suspending' in WebAssembly) ort = await import('onnxruntime-web/jspi');
      else ort = await import('onnxruntime-web/webgpu');
    } catch (error) {
      throw new SteerboardError(
        'file-unreadable',
        `The ${device === 'wasm' ? 'WASM' : 'WebGPU'} engine could not be fetched. Check the connection and try again.`,
        { device, cause: describe(error) },
      );
    }
    // transformers.js points the build it shares with us at a CDN; ours is served with the page.
    delete ort.env.wasm.wasmPaths;
    ort.env.logLevel = 'error';
    return new Runtime(device, ort, onLost);
  }

  get Tensor(): TensorConstructor {
    return this.ort.Tensor;
  }

  /** Threads that this runtime computes with; 0 before its first session. */
  get threads(): number {
    return this.threadsMade;
  }

  /** The GPU's memory; null on other devices and before the first session. */
  get memory(): GpuMemory | null {
    return this.gpuMemory;
  }

  /** Whether the GPU device went away; nothing runs on this runtime again. */
  get isLost(): boolean {
    return this.loss !== null;
  }

  /** @param keepsOutputs whether outputs stay on the GPU, when the device is one. */
  async createSession(files: SessionFiles, keepsOutputs: boolean): Promise<Session> {
    const sizes = files.externalData.map(({ data }) => (data instanceof Uint8Array ? data.byteLength : data.size));
    const bytes = sizes.reduce((sum, size) => sum + size, files.graph.byteLength);
    if (this.threadsMade === 0) {
      // A small model's step is over before a second thread is of use, and waiting threads take the page's own time: measured on two
      // cores, a token of the bundled model takes longer on two threads than on one (BENCHMARKS.md).
      this.threadsMade = this.device === 'wasm' && bytes < smallWeights ? 1 : threadCount();
      this.ort.env.wasm.numThreads = this.threadsMade;
      if (this.device === 'wasm' && this.threadsMade === 1) await this.startHere();
    }
    const externalData = files.externalData.map(({ path, data }) => ({
      path,
      data: data instanceof Uint8Array ? data : new BlobBytes(data),
    }));
    const session = await this.exclusive(() =>
      this.ort.InferenceSession.create(files.graph, {
        executionProviders: [this.device],
        graphOptimizationLevel: 'all',
        enableCpuMemArena: this.device !== 'wasm' || bytes < largeWeights,
        logSeverityLevel: 3,
        externalData,
        ...(this.device === 'webgpu' && keepsOutputs ? { preferredOutputLocation: 'gpu-buffer' as const } : {}),
      }),
    ).finally(() => externalData.forEach(({ data }) => data instanceof BlobBytes && data.free()));
    this.sessions++;
    if (this.device === 'webgpu') await this.watch();
    const engine = this.engineSession(session);
    return {
      inputNames: session.inputNames,
      outputNames: session.outputNames,
      inputTypes: new Map(session.inputMetadata.flatMap((it) => (it.isTensor ? [[it.name, it.type]] : []))),
      run: (feeds, fetches, stay) =>
        this.exclusive(() =>
          engine && stay && isList(fetches) && EngineSession.takes(feeds)
            ? engine.run(feeds, fetches, stay)
            : session.run(feeds, fetches),
        ),
      release: async () => {
        this.sessions--;
        engine?.release();
        await this.releaseQuietly(session);
      },
    };
  }

  /** Has onnxruntime-web start its WASM through our file, so that it is ours to use as well. */
  private async startHere(): Promise<void> {
    const here = await import('./wasm-start.js');
    // The whole namespace is looked at: onnxruntime-web takes the default export by address, which no bundler sees.
    if (typeof here.default === 'function') this.ort.env.wasm.wasmPaths = { mjs: here.address };
  }

  /** The session without onnxruntime-web around it; null where it was not started here. */
  private engineSession(session: InferenceSession): EngineSession | null {
    const engine = this.device === 'wasm' ? wasmEngine.started : null;
    // onnxruntime's number of a session is the one thing that onnxruntime-web does not tell.
    const { handler } = session as unknown as { readonly handler?: { readonly sessionId?: unknown } };
    return engine && typeof handler?.sessionId === 'number'
      ? new EngineSession(engine, handler.sessionId, this.Tensor)
      : null;
  }

  /** Destroys the GPU device, for checks of what happens then. */
  async destroyDevice(): Promise<void> {
    this.watched?.destroy();
  }

  private async releaseQuietly(session: InferenceSession): Promise<void> {
    if (!this.loss) await this.exclusive(() => session.release()).catch(() => undefined);
  }

  /** onnxruntime makes the device with its first session; its end is ours to tell. */
  private async watch(): Promise<void> {
    const device = (await this.ort.env.webgpu.device) as unknown as GpuDevice | undefined;
    if (!device || device === this.watched) return;
    this.watched = device;
    this.gpuMemory = new GpuMemory(device, this.Tensor, (job) => this.exclusive(job));
    void device.lost.then((info) => {
      if (info.reason === 'destroyed' && this.sessions === 0) {
        if (this.watched === device) this.watched = this.gpuMemory = null;
        return;
      }
      this.loss = new SteerboardError(
        'device-lost',
        'The graphics device went away. Your work is kept: load the model again, on WASM if it keeps happening.',
        { reason: info.reason, detail: info.message },
      );
      this.lost.raise(this.loss);
      this.onLost(this.loss);
    });
  }

  private exclusive<Result>(job: () => Promise<Result>): Promise<Result> {
    return runs.run(async () => {
      if (this.loss) throw this.loss;
      try {
        // A run on a lost device may never answer.
        return this.device === 'webgpu' ? await this.lost.guard(job()) : await job();
      } catch (error) {
        throw this.loss ?? translate(error);
      }
    });
  }
}

function isList(fetches: readonly string[] | Readonly<Record<string, unknown>>): fetches is readonly string[] {
  return Array.isArray(fetches);
}

/** Shared by all builds: one run, creation or release at a time in this worker. */
const runs = new Mutex();

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** onnxruntime's errors are texts, and an abort of its wasm is a number. */
function translate(error: unknown): unknown {
  if (error instanceof SteerboardError) return error;
  const message = describe(error);
  if (
    typeof error === 'number' ||
    /bad_alloc|out of memory|allocat|Array buffer allocation|memory access out of bounds/i.test(message)
  ) {
    return new SteerboardError(
      'out-of-memory',
      'There was not enough memory for this. Close other tabs, shorten the text, or take a smaller model.',
      { cause: message },
    );
  }
  if (error instanceof DOMException && /^Not(Found|Readable)Error$/.test(error.name)) {
    return new SteerboardError(
      'file-unreadable',
      'A file of the model could not be read. It may have been moved or changed since it was chosen: open the model again.',
      { cause: message },
    );
  }
  if (/protobuf|INVALID_PROTOBUF|parse/i.test(message)) {
    return new SteerboardError('file-not-onnx', 'The file is not a whole ONNX model. Fetch it again.', {
      cause: message,
    });
  }
  return new SteerboardError('unexpected', `The model could not be run: ${message}`, { cause: message });
}
