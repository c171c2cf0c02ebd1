/** The decoder on WebGPU without the worker around it: one page, one session, and a count of what the GPU is asked for. */
import { createSampler, defaultSampling, type SamplingSettings } from '../../src/core/sampling.js';
import type { LayerIntervention } from '../../src/core/steering/intervention.js';
import { instrument } from '../../src/core/onnx/instrument.js';
import { largestIndices } from '../../src/core/tensors/selection.js';
import type { BatchCache } from '../../src/worker/generation/cache.js';
import type { Decoder, DecoderResult } from '../../src/worker/generation/decoder.js';
import { steeringFeeds } from '../../src/worker/generation/feeds.js';
import { openDecoder } from '../../src/worker/model/open-decoder.js';
import { Runtime } from '../../src/worker/runtime/ort.js';

/** What was asked of the GPU since it was last read. */
const counted = { dispatches: 0, submits: 0, readbacks: 0, bytesRead: 0, bytesWritten: 0, bytesMade: 0 };
type Counted = typeof counted;

function watch(prototype: object, method: string, note: (args: readonly unknown[], self: unknown) => void): void {
  const methods = prototype as Record<string, (...args: unknown[]) => unknown>;
  const plain = methods[method]!;
  methods[method] = function (this: unknown, ...args: unknown[]) {
    note(args, this);
    return plain.apply(this, args);
  };
}

const gpu = globalThis as unknown as Record<string, { prototype: object }>;
watch(gpu['GPUComputePassEncoder']!.prototype, 'dispatchWorkgroups', () => counted.dispatches++);
watch(gpu['GPUComputePassEncoder']!.prototype, 'dispatchWorkgroupsIndirect', () => counted.dispatches++);
watch(gpu['GPUQueue']!.prototype, 'submit', () => counted.submits++);
watch(gpu['GPUQueue']!.prototype, 'writeBuffer', ([, , data, , size]) => {
  counted.bytesWritten += (size as number | undefined) ?? (data as ArrayBufferView).byteLength;
});
watch(gpu['GPUDevice']!.prototype, 'createBuffer', ([made]) => {
  counted.bytesMade += (made as { size: number }).size;
});
watch(gpu['GPUBuffer']!.prototype, 'mapAsync', ([, , size], buffer) => {
  counted.readbacks++;
  counted.bytesRead += (size as number | undefined) ?? (buffer as { size: number }).size;
});

function take(): Counted {
  const now = { ...counted };
  for (const key of Object.keys(counted) as (keyof Counted)[]) counted[key] = 0;
  return now;
}

let opened: Promise<Decoder> | null = null;

async function open(): Promise<Decoder> {
  const bytes = new Uint8Array(await (await fetch('/models/tales/onnx/model.onnx')).arrayBuffer());
  const edited = instrument(bytes, { weightsFile: 'model.onnx' });
  const runtime = await Runtime.open('webgpu', (error) => console.error(error));
  return openDecoder(runtime, edited, [{ path: 'model.onnx', data: bytes }]);
}

/** Steering that adds a vector at layer 3 to all rows but the first. */
function steering(decoder: Decoder, rows: number) {
  const { layers, width, compiled } = decoder.report;
  const bias = Float32Array.from({ length: width }, (_, i) => Math.sin(i));
  const add: LayerIntervention = {
    hook: 'resid_post',
    layer: 3,
    bias,
    rank: 0,
    read: new Float32Array(),
    write: new Float32Array(),
  };
  const interventions = Array.from({ length: rows }, (_, row) => (row === 0 ? [] : [add]));
  return steeringFeeds(interventions, compiled, { layers, width }, decoder.Tensor);
}

function runner(decoder: Decoder, rows: number) {
  const feeds = decoder.keepFeeds(steering(decoder, rows));
  return (ids: readonly number[], past: BatchCache, likeliestAt?: number): Promise<DecoderResult> => {
    const length = ids.length / rows;
    const mask = new Float32Array(ids.length).fill(1);
    const how = likeliestAt === undefined ? {} : { likeliestAt };
    return decoder.run({ ids, rows, length, past, steering: feeds, mask, logits: 'last', ...how });
  };
}

const token = (seed: number) => (seed * 7919) % 4096;
const promptOf = (rows: number, length: number) => Array.from({ length: rows * length }, (_, i) => token(i + 1));
const difference = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), a.length === b.length ? 0 : Infinity);

/**
 * Reads a prompt and some tokens behind it, once on caches that grow, once on caches that are written in place, and again
 * after going back to the prompt, by way of other tokens.
 */
async function inPlace(rows: number, promptLength: number, steps: number) {
  const decoder = await (opened ??= open());
  const caches = decoder.gpuCaches!;
  const run = runner(decoder, rows);
  const first = await run(promptOf(rows, promptLength), decoder.empty(rows));
  const kept = await caches.split(first.cache);
  const ids = (step: number, seed: number) => Array.from({ length: rows }, (_, row) => token(seed + step * rows + row));
  const growing: Float32Array[] = [];
  let cache = first.cache;
  let grew: Counted | null = null;
  for (let step = 0; step < steps; step++) {
    take();
    const result = await run(ids(step, 500), cache);
    grew = take();
    growing.push(result.logits);
    cache = result.cache;
  }
  const differences = { inPlace: 0, rewound: 0, otherTokens: 0 };
  cache = caches.join(kept);
  const rooms = [cache.room];
  let wrote: Counted | null = null;
  for (const [pass, seed] of [500, 900, 500].entries()) {
    for (let step = 0; step < steps; step++) {
      take();
      const result = await run(ids(step, seed), cache);
      wrote = take();
      cache = result.cache;
      const name = (['inPlace', 'otherTokens', 'rewound'] as const)[pass]!;
      differences[name] = Math.max(differences[name], difference(result.logits, growing[step]!));
    }
    if (rooms.at(-1) !== cache.room) rooms.push(cache.room);
    cache = caches.rewind(cache, promptLength)!;
  }
  caches.drop(kept);
  caches.sweep();
  return { differences, rooms, grew: grew!, wrote: wrote! };
}

/** Samples rows from the likeliest tokens and from all logits of the same runs, with the same seeds. */
async function sampling(
  prompt: readonly number[],
  settings: readonly Partial<SamplingSettings>[],
  temperature: number,
  steps: number,
) {
  const decoder = await (opened ??= open());
  const rows = settings.length;
  const run = runner(decoder, rows);
  const samplers = settings.map((partial, row) => {
    const whole = { ...defaultSampling, ...partial, temperature, seed: 40 + row };
    return { top: createSampler(whole, prompt), all: createSampler(whole, prompt) };
  });
  const first = await run(
    settings.flatMap(() => prompt),
    decoder.empty(rows),
  );
  const decided = settings.map(() => 0);
  const different: string[] = [];
  let worst = 0;
  let topsAreRight = true;
  let cost: Counted | null = null;
  let cache = decoder.caches.join(await decoder.caches.split(first.cache));
  let last = samplers.map(({ top, all }, row) => {
    const size = first.logits.length / rows;
    const logits = first.logits.slice(row * size, (row + 1) * size);
    top.next(logits);
    return all.next(logits).id;
  });
  for (let step = 0; step < steps; step++) {
    take();
    const result = await run(last, cache, temperature);
    cost = take();
    cache = result.cache;
    const all = await result.likeliest!.allLogits();
    result.likeliest!.free();
    last = samplers.map((sampler, row) => {
      const logits = all.slice((row * all.length) / rows, ((row + 1) * all.length) / rows);
      const top = result.likeliest!.rows[row]!;
      const expected = sampler.all.next(logits);
      const chosen = sampler.top.nextOfTop(top);
      if (chosen) decided[row]!++;
      else sampler.top.next(logits);
      if (chosen && chosen.id !== expected.id) different.push(`step ${step}, row ${row}: ${chosen.id}, ${expected.id}`);
      if (chosen) worst = Math.max(worst, Math.abs(chosen.logProbability - expected.logProbability));
      const order = largestIndices(logits, decoder.top);
      topsAreRight &&= order.every((id, at) => top.ids[at] === id && top.values[at] === logits[id]);
      return expected.id;
    });
  }
  return { decided, different, worst, topsAreRight, top: decoder.top, cost: cost! };
}

export const gpuDecoding = { inPlace, sampling };
declare global {
  interface Window {
    gpuDecoding: typeof gpuDecoding;
  }
}
window.gpuDecoding = gpuDecoding;
