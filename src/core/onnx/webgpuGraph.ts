/** What a hooked graph is given for WebGPU alone, and what its caches allow there. */
import type { GraphProto } from 'onnx-buf';
import { exactAngles } from './exactAngles.js';
import { decodeModel, encodeModel } from './graph.js';
import type { CacheLayout, HookReport } from './hooks.js';
import { addTopLogits } from './topLogits.js';
import { referToFile } from './weights.js';

export interface WebGpuGraph {
  readonly graph: Uint8Array;
  /** How many of the likeliest tokens `steer.top_logits` has; 0 where the graph has no such output. */
  readonly top: number;
  /** Names of the `past…` inputs that may be longer than what is valid, see {@link inPlaceCaches}. */
  readonly inPlace: ReadonlySet<string>;
}

/** @param graph what `instrument` gave; its weights stay where they are */
export function forWebGpu(graph: Uint8Array, report: HookReport): WebGpuGraph {
  const model = decodeModel(graph);
  const inPlace = inPlaceCaches(model.graph, report.cache);
  exactAngles(model.graph);
  const top = addTopLogits(model, report.vocabulary);
  return { graph: encodeModel(model), top, inPlace };
}

/**
 * A graph as it is in its file, but for the angles that {@link forWebGpu} computes otherwise: what a hooked graph is compared
 * with. Null where nothing is otherwise.
 *
 * @param weightsFile the name under which the session is given the file's bytes
 */
export function unhookedForWebGpu(file: Uint8Array, weightsFile: string): Uint8Array | null {
  const model = decodeModel(file);
  if (exactAngles(model.graph) === 0) return null;
  referToFile(model.graph, file, weightsFile);
  return encodeModel(model);
}

const pastKey = 3;
const pastValue = 4;

/**
 * The caches that may be longer than what is valid, [B, heads, room, size]: those that only GroupQueryAttention reads. It
 * goes by the lengths that it is told, and writes new keys and values behind the valid ones; given one tensor as past and
 * present, it writes in place.
 */
export function inPlaceCaches(graph: GraphProto, { entries }: CacheLayout): ReadonlySet<string> {
  const names = entries.filter(({ past, present, dims }) => {
    const readers = graph.node.filter((node) => node.input.includes(past));
    const [reader] = readers;
    if (readers.length !== 1 || reader?.opType !== 'GroupQueryAttention') return false;
    const at = reader.input.indexOf(past);
    // Its outputs are the attention, the keys and the values.
    return (at === pastKey || at === pastValue) && reader.output[at - 2] === present && dims.indexOf(-2) === 2;
  });
  return new Set(names.filter(({ dims }) => dims.length === 4 && dims[0] === -1).map(({ past }) => past));
}
