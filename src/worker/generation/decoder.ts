import { hookPorts, outputOf, type HookReport, type ReadPoint } from '../../core/onnx/hooks.js';
import { SteerboardError } from '../../core/errors.js';
import { topLogitsPorts } from '../../core/onnx/topLogits.js';
import { halfToFloat } from '../../core/tensors/half.js';
import type { Feeds, Outputs, Session, Tensor, TensorConstructor } from '../runtime/ort.js';
import { disposeCache, emptyCache, HostCaches, nextCache, type BatchCache, type CacheKeeper } from './cache.js';
import { GpuCaches } from './gpu-cache.js';
import { runInPieces } from './in-pieces.js';
import { readTop, type GpuDecoding, type LikeliestTokens } from './likeliest.js';

export interface DecoderRun {
  /** Token ids, row-major [rows, length]. */
  readonly ids: ArrayLike<number>;
  /** Rows that come in; where rows fork there are more of them at the end. */
  readonly rows: number;
  readonly length: number;
  /** Taken over: it is freed, and the result holds the one to go on with. */
  readonly past: BatchCache;
  readonly steering: Feeds;
  /** 1 where the hooks act, row-major [rows, length]; where rows fork, of all of them. */
  readonly mask: Float32Array;
  /** Positions of this run whose logits are wanted; without any, none are downloaded. */
  readonly logits: 'last' | 'all' | 'none';
  /** For right-padded first runs: how many tokens of each row are real. */
  readonly lengths?: readonly number[];
  /** Where residuals are read, one of the points that were compiled; absent: `resid_post`. */
  readonly hook?: ReadPoint;
  /**
   * Given: where the graph can, the likeliest tokens at this temperature (0: greedy) come instead of the last position's
   * logits, which stay where they are until they are asked for.
   */
  readonly likeliestAt?: number;
  /** That logits and residuals are read at once and given to `freeArray`: then they need not be copied out of the engine's memory. */
  readonly lent?: boolean;
}

export interface DecoderResult {
  /** [rows, positions, vocabulary]; empty where `likeliest` is there. */
  readonly logits: Float32Array;
  readonly likeliest?: LikeliestTokens;
  /** What the hook left behind at every block, [rows, length, L·d]; layer-major in the last axis. Of heads, {@link outputOf} says. */
  readonly residuals: Float32Array;
  readonly cache: BatchCache;
}

/** Runs a hooked graph. Knows the names and types of its inputs; what to run is the caller's. */
export class Decoder {
  readonly caches: CacheKeeper;
  readonly gpuCaches: GpuCaches | null;
  /** Tokens that a run may read; longer ones are read in pieces. The check of attention lowers it where it has to. */
  mostAtOnce = Infinity;
  private readonly fetches: readonly string[];
  private readonly presents: ReadonlySet<string>;
  private readonly masked: boolean;
  private readonly first: Tensor;
  private readonly int64: boolean;
  private ones: BigInt64Array | Int32Array;

  constructor(
    readonly session: Session,
    readonly Tensor: TensorConstructor,
    readonly report: HookReport,
    /** Where the session runs on a GPU: its outputs stay there. */
    private readonly gpu: GpuDecoding | null,
  ) {
    const keepsOnGpu = gpu && GpuCaches.canKeep(report.cache);
    this.gpuCaches = keepsOnGpu ? new GpuCaches(report.cache, gpu.memory, gpu.inPlace) : null;
    this.caches = this.gpuCaches ?? new HostCaches(report.cache, Tensor);
    this.presents = new Set(report.cache.entries.map((entry) => entry.present));
    this.fetches = ['logits', ...this.presents];
    this.int64 = session.inputTypes.get('input_ids') !== 'int32';
    this.masked = session.inputNames.includes(hookPorts.mask);
    this.first = this.positions([0]);
    this.ones = this.integers(0);
    const known = new Set<string>([
      'input_ids',
      'attention_mask',
      'position_ids',
      hookPorts.mask,
      hookPorts.logitPositions,
      ...report.cache.entries.map((entry) => entry.past),
    ]);
    const strange = session.inputNames.find((name) => !known.has(name) && !name.startsWith('steer.'));
    if (strange !== undefined) {
      throw new SteerboardError(
        'model-not-decoder',
        `The graph asks for an input that a text decoder does not have: ${strange}.`,
        { input: strange },
      );
    }
  }

  /** Whether caches stay on the GPU between runs. */
  get onGpu(): boolean {
    return this.gpu !== null;
  }

  /** How many of the likeliest tokens a run can give instead of all logits; 0 where it cannot. */
  get top(): number {
    return this.gpu?.top ?? 0;
  }

  /** Inputs of many runs, where they need not be uploaded for each. They are the caller's, to free with `releaseFeeds`. */
  keepFeeds(feeds: Feeds): Feeds {
    const { gpu } = this;
    if (!gpu) return feeds;
    return Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, gpu.memory.upload(tensor)]));
  }

  releaseFeeds(feeds: Feeds): void {
    for (const name in feeds) if (feeds[name]!.location === 'gpu-buffer') feeds[name]!.dispose();
  }

  empty(rows: number): BatchCache {
    return emptyCache(this.report.cache, rows, this.Tensor);
  }

  async run(request: DecoderRun): Promise<DecoderResult> {
    const most = this.report.attention.afterCache === 'one' ? 1 : this.mostAtOnce;
    if (request.length > most) return runInPieces(this, request, most);
    const { rows, length } = request;
    const total = request.past.length + length;
    const past = this.gpuCaches?.makeRoom(request.past, total) ?? request.past;
    const shape = [rows, length];
    const ids = this.integers(rows * length);
    for (let i = 0; i < ids.length; i++) this.put(ids, i, request.ids[i]!);
    const feeds: Feeds = { ...request.steering, ...past.feeds };
    feeds['input_ids'] = this.integerTensor(ids, shape);
    if (this.report.inputs.attentionMask) {
      feeds['attention_mask'] = this.integerTensor(this.attention(rows, total, request.lengths), [rows, total]);
    }
    if (this.report.inputs.positionIds) {
      const positions = this.integers(rows * length);
      for (let i = 0; i < positions.length; i++) this.put(positions, i, past.length + (i % length));
      feeds['position_ids'] = this.integerTensor(positions, shape);
    }
    if (this.masked) {
      const { mask } = request;
      feeds[hookPorts.mask] = new this.Tensor('float32', mask, [mask.length / length, length, 1]);
    }
    feeds[hookPorts.logitPositions] =
      request.logits === 'all'
        ? this.positions(Array.from({ length }, (_, position) => position))
        : length === 1
          ? this.first
          : this.positions([length - 1]);
    const output = outputOf(request.hook ?? 'resid_post');
    if (this.top > 0) {
      const inverse = Float32Array.of(1 / (request.likeliestAt || 1));
      feeds[topLogitsPorts.inverseTemperature] = new this.Tensor('float32', inverse, [1]);
    }
    const likeliest = this.top > 0 && request.likeliestAt !== undefined && request.logits === 'last';
    const fetched = [...this.fetches, output, ...(likeliest ? [topLogitsPorts.top] : [])];
    const targets = past.room === undefined ? null : this.gpuCaches!.targets(past);
    const outputs = await this.session.run(
      feeds,
      targets ? Object.fromEntries(fetched.map((name) => [name, targets[name] ?? null])) : fetched,
      request.lent ? new Set(fetched) : this.presents,
    );
    const cache = nextCache(this.report.cache, outputs, rows, total, past.room);
    disposeCache(request.past, cache);
    return { ...(await this.read(outputs, output, request.logits, likeliest)), cache };
  }

  private async read(
    outputs: Outputs,
    residual: string,
    wanted: DecoderRun['logits'],
    likeliest: boolean,
  ): Promise<Omit<DecoderResult, 'cache'>> {
    const { gpu } = this;
    const logits = outputs['logits']!;
    if (!gpu) return { logits: floats(logits), residuals: floats(outputs[residual]!) };
    const second = likeliest ? outputs[topLogitsPorts.top]! : logits;
    const [residuals, bytes] = await gpu.memory.read([outputs[residual]!, ...(wanted === 'none' ? [] : [second])]);
    outputs[residual]!.dispose();
    second.dispose();
    if (!likeliest || !bytes) {
      return { logits: bytes ? floatsOf(logits, bytes) : new Float32Array(), residuals: new Float32Array(residuals!) };
    }
    return {
      logits: new Float32Array(),
      residuals: new Float32Array(residuals!),
      likeliest: {
        rows: readTop(new Float32Array(bytes), gpu.top, this.report.vocabulary),
        allLogits: async () => floatsOf(logits, (await gpu.memory.read([logits]))[0]!),
        free: () => logits.dispose(),
      },
    };
  }

  /** Logits [T, vocabulary] of a graph without hooks, as a first run over one text. */
  static async runUnedited(
    session: Session,
    Tensor: TensorConstructor,
    ids: readonly number[],
    past: BatchCache,
  ): Promise<Float32Array> {
    const shape = [1, ids.length];
    const integers = (values: readonly number[]) =>
      session.inputTypes.get('input_ids') === 'int32'
        ? new Tensor('int32', Int32Array.from(values), shape)
        : new Tensor('int64', BigInt64Array.from(values, BigInt), shape);
    const feeds: Feeds = { ...past.feeds, input_ids: integers(ids) };
    if (session.inputNames.includes('attention_mask')) feeds['attention_mask'] = integers(ids.map(() => 1));
    if (session.inputNames.includes('use_cache_branch')) {
      feeds['use_cache_branch'] = new Tensor('bool', Uint8Array.of(0), [1]);
    }
    if (session.inputNames.includes('position_ids')) feeds['position_ids'] = integers(ids.map((_, at) => at));
    return floats((await session.run(feeds, ['logits']))['logits']!);
  }

  private attention(rows: number, total: number, lengths?: readonly number[]): BigInt64Array | Int32Array {
    if (lengths) {
      const mask = this.integers(rows * total);
      lengths.forEach((real, row) => {
        for (let i = 0; i < real; i++) this.put(mask, row * total + i, 1);
      });
      return mask;
    }
    if (this.ones.length < rows * total) {
      this.ones = this.integers(2 * rows * total);
      for (let i = 0; i < this.ones.length; i++) this.put(this.ones, i, 1);
    }
    return this.ones.subarray(0, rows * total);
  }

  private integers(length: number): BigInt64Array | Int32Array {
    return this.int64 ? new BigInt64Array(length) : new Int32Array(length);
  }

  private put(target: BigInt64Array | Int32Array, at: number, value: number): void {
    if (target instanceof BigInt64Array) target[at] = BigInt(value);
    else target[at] = value;
  }

  private integerTensor(data: BigInt64Array | Int32Array, dims: readonly number[]): Tensor {
    return data instanceof BigInt64Array ? new this.Tensor('int64', data, dims) : new this.Tensor('int32', data, dims);
  }

  private positions(values: readonly number[]): Tensor {
    return new this.Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
  }
}

/** A tensor's values, which lie on the CPU. */
export function floats(tensor: Tensor): Float32Array {
  if (tensor.type === 'float32') return tensor.data as Float32Array;
  // Half floats: browsers with Float16Array give numbers, others their bits.
  const data = tensor.data as ArrayLike<number>;
  return data instanceof Uint16Array ? Float32Array.from(data, halfToFloat) : Float32Array.from(data);
}

/** A GPU tensor's values, which were read as bytes, perhaps with a few more behind. */
function floatsOf({ type, size }: Pick<Tensor, 'type' | 'size'>, bytes: ArrayBuffer): Float32Array {
  if (type === 'float32') return new Float32Array(bytes, 0, size);
  return Float32Array.from(new Uint16Array(bytes, 0, size), halfToFloat);
}
