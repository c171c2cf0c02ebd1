/** What is checked of a loaded model before it is trusted: that hooks which do nothing change nothing, on every device. */
import type { Device, LoadCheck, LoadReport } from '../protocol/api.js';
import { disposeCache } from './generation/cache.js';
import { phaseFeeds } from './generation/prompt.js';
import { runUnedited } from './inspect.js';
import type { SteeredModel } from './model/steered-model.js';

/** Long enough for every kind of position (first, middle, last) and short enough to be read at once. */
const text = 'One day the rain stopped, and they went out to see the river.';
const mostTokens = 12;
/** From 32 tokens on fused attention takes another kernel, which is wrong on software adapters (onnxruntime-web 1.30). */
const mostTokensOfDevices = 48;
/** Tokens of a piece that stays below that, and of another, smaller one. */
const [piece, smallerPiece] = [24, 16];

/** A second session of larger files would be the peak of the whole load. */
const largestChecked = 100e6;
/** Opening the file's own graph takes about as long as opening the hooked one did. */
const longestWait = 300;

/**
 * How far logits may be apart, relative to the largest one. In fp32 only the order of sums differs: on WASM the kernels are
 * the same, a GPU's are not. Half floats keep 11 bits, and every layer rounds. Weights of 4 bits are made floats before
 * they are multiplied. With 8 bits activations are rounded too, in steps whose size follows the largest one, so that the
 * last bit of a sum may move a value by a whole step of 1/255.
 */
export function toleranceOf(dtype: string, device: Device): number {
  if (dtype === 'fp32') return device === 'wasm' ? 1e-5 : 1e-3;
  if (dtype === 'fp16' || dtype === 'q4f16') return 2e-2;
  if (dtype === 'q4' || dtype === 'bnb4') return device === 'wasm' ? 1e-3 : 1e-2;
  return device === 'wasm' ? 1e-2 : 5e-2;
}

/** max |a − b| / max |b|; NaN counts as infinitely far. */
export function relativeDifference(a: Float32Array, b: Float32Array): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < b.length; i++) {
    const apart = Math.abs(a[i]! - b[i]!);
    if (Number.isNaN(apart)) return Infinity;
    if (apart > difference) difference = apart;
    largest = Math.max(largest, Math.abs(b[i]!));
  }
  return a.length === b.length && largest > 0 ? difference / largest : Infinity;
}

/** The checks that cost little; the others say why they were not made. */
export async function checkAtLoad(
  model: SteeredModel,
  { bytes, milliseconds }: LoadReport,
  others: readonly LoadCheck[],
): Promise<readonly LoadCheck[]> {
  const seconds = (milliseconds.session / 1000).toFixed(1);
  const why =
    bytes > largestChecked
      ? 'the model would have to be in memory twice'
      : milliseconds.session > longestWait
        ? `it takes about ${seconds} s more`
        : null;
  const zeroPlan =
    why === null ? await checkZeroPlan(model) : skipped('zero-plan', model, `Not checked at load: ${why}.`);
  return [zeroPlan, ...others];
}

/** Compares the hooked graph under a plan that does nothing with the graph as it is in its file, which is opened for it. */
export async function checkZeroPlan(model: SteeredModel): Promise<LoadCheck> {
  try {
    const ids = promptOf(model);
    const difference = relativeDifference(await hookedLogits(model, ids), await runUnedited(model, ids));
    return judged('zero-plan', model, difference, {
      what: `logits of the hooked graph under an empty plan and of the file’s own graph, on ${ids.length} tokens,`,
      advice: 'What steering does here cannot be told from what the hooks break.',
    });
  } catch (error) {
    return skipped('zero-plan', model, couldNot(error));
  }
}

/** Compares two devices that the same model is open on. */
export async function checkDevices(onGpu: SteeredModel, onWasm: SteeredModel): Promise<LoadCheck> {
  if (onGpu.stamp.dtype !== onWasm.stamp.dtype) {
    const files = `${onGpu.stamp.dtype} on WebGPU and ${onWasm.stamp.dtype} on WASM`;
    return skipped('devices', onGpu, `Not compared: the devices take different files (${files}).`);
  }
  try {
    const ids = promptOf(onWasm, mostTokensOfDevices);
    const difference = relativeDifference(await hookedLogits(onGpu, ids), await hookedLogits(onWasm, ids));
    return judged('devices', onGpu, difference, {
      what: `logits of WebGPU and WASM, on ${ids.length} tokens,`,
      advice: 'WASM is the one to trust.',
    });
  } catch (error) {
    return skipped('devices', onGpu, couldNot(error));
  }
}

/**
 * Whether fused attention computes the same for a long prompt as for its pieces; where it does not, prompts are read in
 * pieces from then on. Null where it is no question: on the CPU, or where attention is made of separate operators.
 */
export async function checkAttention(model: SteeredModel): Promise<LoadCheck | null> {
  const { decoder, runtime, stamp } = model;
  if (runtime.device !== 'webgpu' || decoder.report.attention.afterCache !== 'any-of-one-row') return null;
  const ids = promptOf(model, mostTokensOfDevices);
  if (ids.length <= piece) return null;
  const what = `logits of a prompt of ${ids.length} tokens, read at once and in pieces of ${piece},`;
  try {
    const read = (most: number) => {
      decoder.mostAtOnce = most;
      return hookedLogits(model, ids);
    };
    const inPieces = await read(piece);
    const tolerance = toleranceOf(stamp.dtype, 'webgpu');
    const difference = relativeDifference(await read(Infinity), inPieces);
    if (difference <= tolerance) return judged('attention', model, difference, { what, advice: '' });
    // Pieces are the cure only where it does not matter how long they are.
    const ofPieces = relativeDifference(await read(smallerPiece), inPieces);
    if (!(ofPieces <= tolerance)) {
      decoder.mostAtOnce = Infinity;
      return judged('attention', model, difference, { what, advice: 'WASM is the one to trust.' });
    }
    decoder.mostAtOnce = piece;
    const message = `This adapter’s attention is wrong for long prompts; they are read in pieces of ${piece} tokens, which is slower and right. The ${what} differ by ${figure(difference)} of the largest, in pieces of ${piece} and of ${smallerPiece} by ${figure(ofPieces)}; ${stamp.dtype} explains up to ${figure(tolerance)}.`;
    return { name: 'attention', outcome: 'avoided', difference, tolerance, message };
  } catch (error) {
    decoder.mostAtOnce = Infinity;
    return skipped('attention', model, couldNot(error));
  }
}

export function devicesNotCompared(model: SteeredModel, why: string): LoadCheck {
  return skipped('devices', model, `Not compared: ${why}.`);
}

function promptOf({ tokenizer, shape }: SteeredModel, most = mostTokens): readonly number[] {
  const repeated = `${text} `.repeat(Math.ceil(most / mostTokens));
  return tokenizer.encode(repeated).slice(0, Math.min(most, shape.context));
}

async function hookedLogits(model: SteeredModel, ids: readonly number[]): Promise<Float32Array> {
  const { decoder } = model;
  const { logits, cache } = await decoder.run({
    ids,
    rows: 1,
    length: ids.length,
    past: decoder.empty(1),
    steering: phaseFeeds(model, [[]]),
    mask: new Float32Array(ids.length).fill(1),
    logits: 'all',
  });
  disposeCache(cache);
  return logits;
}

function judged(
  name: LoadCheck['name'],
  { stamp, runtime }: SteeredModel,
  difference: number,
  { what, advice }: { readonly what: string; readonly advice: string },
): LoadCheck {
  const tolerance = toleranceOf(stamp.dtype, runtime.device);
  const outcome = difference <= tolerance ? 'passed' : 'failed';
  const figures = `${what} differ by ${figure(difference)} of the largest; ${stamp.dtype} explains up to ${figure(tolerance)}`;
  const message =
    outcome === 'passed' ? `The ${figures}.` : `The ${figures}. ${advice} Try another device or another dtype.`;
  return { name, outcome, difference, tolerance, message };
}

function couldNot(error: unknown): string {
  return `Could not be checked: ${error instanceof Error ? error.message : String(error)}`;
}

function figure(value: number): string {
  return Number.isFinite(value) ? value.toExponential(1) : 'more than can be said';
}

function skipped(name: LoadCheck['name'], { stamp, runtime }: SteeredModel, message: string): LoadCheck {
  return {
    name,
    outcome: 'skipped',
    difference: null,
    tolerance: toleranceOf(stamp.dtype, runtime.device),
    message,
  };
}
