/** Runs graphs with onnxruntime-web's WASM build in Node, as the worker does in the page. */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { decodeModel, encodeModel } from '../../../src/core/onnx/graph.js';
import {
  headOutputs,
  hookNames,
  hookPorts,
  outputOf,
  portsOf,
  type CacheLayout,
  type HookName,
  type HookReport,
} from '../../../src/core/onnx/hooks.js';
import { describeDecoder, instrument, type InstrumentOptions } from '../../../src/core/onnx/instrument.js';
import { referToFile } from '../../../src/core/onnx/weights.js';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export const weightsFile = 'model.onnx';

export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`fixtures/${name}.onnx`, import.meta.url)));
}

/** The same model with its weights referring to a file, and nothing else changed. */
export function externalise(model: Uint8Array, file: string): Uint8Array {
  const decoded = decodeModel(model);
  referToFile(decoded.graph, model, file);
  return encodeModel(decoded);
}

export interface Numbers {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Ports of one layer for rows of a batch: b [B, d], U [B, d, K], V [B, K, d]. Left out: zeros. */
export interface LayerPorts {
  readonly bias: Float32Array;
  readonly read: Float32Array;
  readonly write: Float32Array;
}

export interface Step {
  /** [B][S] */
  readonly ids: readonly (readonly number[])[];
  /** Present outputs of the step before. */
  readonly past?: Readonly<Record<string, ort.Tensor>>;
  readonly pastLength?: number;
  readonly rank?: number;
  /** Ports of `resid_post` by layer. */
  readonly layers?: Readonly<Record<number, LayerPorts>>;
  /** Ports of other hooks. */
  readonly hooks?: Readonly<Partial<Record<HookName, Readonly<Record<number, LayerPorts>>>>>;
  /** Steering inputs as the worker makes them, in place of `layers` and `hooks`. */
  readonly steering?: Readonly<Record<string, ort.Tensor>>;
  /** [B · S]; left out: ones. */
  readonly mask?: Float32Array;
  /** Left out: all. */
  readonly positions?: readonly number[];
}

export interface Outcome {
  readonly logits: Numbers;
  readonly residuals: Numbers | null;
  /** What each compiled hook left behind. */
  readonly outputs: Readonly<Partial<Record<HookName, Numbers>>>;
  /** What attention's heads left behind, where it is compiled. */
  readonly heads: Numbers | null;
  readonly past: Readonly<Record<string, ort.Tensor>>;
}

export class Decoder {
  private constructor(
    readonly session: ort.InferenceSession,
    readonly report: HookReport,
  ) {}

  /** The graph as it is in the file. */
  static async plain(
    bytes: Uint8Array,
    externalData: readonly { readonly path: string; readonly data: Uint8Array }[] = [],
  ): Promise<Decoder> {
    return new Decoder(await ort.InferenceSession.create(bytes, { externalData }), describeDecoder(bytes));
  }

  /** A graph without its weights, beside the file that has them. */
  static async beside(
    graph: Uint8Array,
    bytes: Uint8Array,
    others: readonly { readonly path: string; readonly data: Uint8Array }[] = [],
  ): Promise<Decoder> {
    const externalData = [{ path: weightsFile, data: bytes }, ...others];
    return new Decoder(await ort.InferenceSession.create(graph, { externalData }), describeDecoder(bytes));
  }

  static async hooked(
    bytes: Uint8Array,
    options: Omit<InstrumentOptions, 'weightsFile'> = {},
    others: readonly { readonly path: string; readonly data: Uint8Array }[] = [],
  ): Promise<Decoder> {
    const { graph, report } = instrument(bytes, { ...options, weightsFile });
    const externalData = [{ path: weightsFile, data: bytes }, ...others];
    return new Decoder(await ort.InferenceSession.create(graph, { externalData }), report);
  }

  async run(step: Step): Promise<Outcome> {
    const [batch, length, pastLength] = [step.ids.length, step.ids[0]!.length, step.pastLength ?? 0];
    const total = pastLength + length;
    const inputs = new Set(this.session.inputNames);
    // The old GPT-2 graph takes int32 where others take int64.
    const isOld = inputs.has('past_0');
    const integers = (values: readonly number[], dims: number[]) =>
      isOld
        ? new ort.Tensor('int32', Int32Array.from(values), dims)
        : new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
    const feeds: Record<string, ort.Tensor> = { input_ids: integers(step.ids.flat(), [batch, length]) };
    feeds.attention_mask = integers(new Array<number>(batch * total).fill(1), [batch, total]);
    const positions = Array.from({ length: batch * length }, (_, i) => pastLength + (i % length));
    if (inputs.has('position_ids')) feeds.position_ids = integers(positions, [batch, length]);
    if (inputs.has('use_cache_branch')) feeds.use_cache_branch = new ort.Tensor('bool', [pastLength > 0], [1]);
    if (inputs.has('num_logits_to_keep')) feeds.num_logits_to_keep = new ort.Tensor('int64', [0n], []);
    Object.assign(feeds, step.past ?? emptyCaches(this.report.cache, batch));
    Object.assign(feeds, portFeeds(this.report, inputs, step, batch, length), step.steering);
    const out = await this.session.run(feeds);
    const past = this.report.cache.entries.map((entry) => [entry.past, out[entry.present]!] as const);
    const numbers = (name: string) => (out[name] === undefined ? null : numbersOf(out[name]));
    return {
      logits: numbersOf(out.logits!),
      residuals: numbers(hookPorts.residuals),
      heads: numbers(outputOf(headOutputs)),
      outputs: Object.fromEntries(
        hookNames.flatMap((hook) => {
          const found = numbers(portsOf(hook).output);
          return found === null ? [] : [[hook, found]];
        }),
      ),
      past: Object.fromEntries(past),
    };
  }
}

function emptyCaches(cache: CacheLayout, batch: number): Record<string, ort.Tensor> {
  return Object.fromEntries(
    cache.entries.map(({ past, dims, type }) => {
      const empty = dims.map((dim) => (dim === -1 ? batch : dim === -2 ? 0 : dim));
      const size = empty.reduce((product, dim) => product * dim, 1);
      const data = type === 'float16' ? new Uint16Array(size) : new Float32Array(size);
      return [past, new ort.Tensor(type, data, empty)];
    }),
  );
}

function portFeeds(
  report: HookReport,
  inputs: ReadonlySet<string>,
  step: Step,
  batch: number,
  length: number,
): Record<string, ort.Tensor> {
  const [rank, d] = [step.rank ?? 1, report.width];
  const float = (data: Float32Array | undefined, dims: number[]) =>
    new ort.Tensor('float32', data ?? new Float32Array(dims.reduce((a, b) => a * b, 1)), dims);
  const layers = report.layers;
  const feeds: Record<string, ort.Tensor> = {};
  for (const hook of hookNames) {
    const ports = portsOf(hook);
    const given = hook === 'resid_post' ? step.layers : step.hooks?.[hook];
    // What a test gives by layer, side by side: `outer` is the size before the axis that holds the layers, `inner` after.
    const stacked = (port: 'bias' | 'read' | 'write', outer: number, inner: number, dims: number[]) => {
      if (!inputs.has(ports[port])) return;
      const data = new Float32Array(outer * layers * inner);
      for (let layer = 0; layer < layers; layer++) {
        const own = given?.[layer]?.[port];
        own?.forEach((value, i) => (data[(Math.floor(i / inner) * layers + layer) * inner + (i % inner)] = value));
      }
      feeds[ports[port]] = float(data, dims);
    };
    stacked('bias', batch, d, [batch, layers, d]);
    stacked('read', batch * d, rank, [batch, d, layers * rank]);
    stacked('write', batch, rank * d, [batch, layers * rank, d]);
  }
  if (inputs.has(hookPorts.mask)) {
    feeds[hookPorts.mask] = float(step.mask ?? new Float32Array(batch * length).fill(1), [batch, length, 1]);
  }
  if (inputs.has(hookPorts.logitPositions)) {
    const positions = step.positions ?? Array.from({ length }, (_, i) => i);
    feeds[hookPorts.logitPositions] = new ort.Tensor('int64', BigInt64Array.from(positions, BigInt), [
      positions.length,
    ]);
  }
  return feeds;
}

function numbersOf(tensor: ort.Tensor): Numbers {
  return { dims: tensor.dims, data: tensor.data as Float32Array };
}

/** Largest |a − b|. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers against ${b.length}`);
  let largest = 0;
  // Not Math.max: a NaN must not be lost.
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/** Largest |a − b| over the largest |b|. */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return largestDifference(a, b) / Array.from(b).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
