/** The model's graph once more, with rows that fork, for the many texts of a sweep. */
import { smallWeights } from '../../core/model.js';
import type { CompiledHooks } from '../../core/onnx/hooks.js';
import { instrument } from '../../core/onnx/instrument.js';
import { coversHooks, joinHooks } from '../../core/steering/hooks.js';
import type { LayerIntervention } from '../../core/steering/intervention.js';
import { disposeCache } from '../generation/cache.js';
import type { Decoder } from '../generation/decoder.js';
import { steeringFeeds } from '../generation/feeds.js';
import { ForkedRows } from '../generation/forks.js';
import { relativeDifference } from '../checks.js';
import { bytesOf } from './hooks.js';
import { graphName, openDecoder } from './open-decoder.js';
import type { SteeredModel } from './steered-model.js';

/** How far rows that fork may be from rows that do not, relative to the largest number. */
const tolerance = 1e-5;

/** The session with rows that fork, once something asked for it; it stays as long as the model does. */
export class ForkedGraph {
  private decoder: Decoder | null = null;
  /** How many have a session; one whose place another took goes with its last user. */
  private readonly users = new Map<Decoder, number>();
  private cannot = false;

  /** Whether there is one. */
  get isOpen(): boolean {
    return this.decoder !== null;
  }

  /** Whether somebody has it. */
  get isUsed(): boolean {
    return this.users.size > 0;
  }

  /**
   * A decoder whose rows fork and that does what these hooks do; null where there is none, and rows are to be written as they were.
   * It is the caller's until it is given back with {@link leave}.
   *
   * @param hooks what plans need, in the least mode
   */
  async take(model: SteeredModel, hooks: CompiledHooks): Promise<Decoder | null> {
    if (this.cannot || model.decoder.onGpu) return null;
    // Residuals are always read, and the check adds there.
    const needed = joinHooks(hooks, { resid_post: 'add' });
    const old = this.decoder;
    if (!old || !coversHooks(old.report.compiled, needed)) {
      const wanted = old ? joinHooks(old.report.compiled, needed) : needed;
      const next = await openForked(model, wanted);
      this.cannot = next === null;
      if (next === null) return null;
      this.decoder = next;
      if (old && !this.users.has(old)) await old.session.release();
    }
    const decoder = this.decoder!;
    this.users.set(decoder, (this.users.get(decoder) ?? 0) + 1);
    return decoder;
  }

  /** The session goes once nobody uses it and another has taken its place. */
  leave(decoder: Decoder): void {
    const left = (this.users.get(decoder) ?? 0) - 1;
    if (left > 0) this.users.set(decoder, left);
    else if (this.users.delete(decoder) && decoder !== this.decoder) void decoder.session.release();
  }

  /** Whoever still has a decoder runs it no more. */
  async release(): Promise<void> {
    const open = new Set([...this.users.keys(), ...(this.decoder ? [this.decoder] : [])]);
    this.users.clear();
    this.decoder = null;
    for (const { session } of open) await session.release();
  }
}

/** Null where the model is too large, its graph cannot fork, or what forks is not what does not. */
async function openForked(model: SteeredModel, hooks: CompiledHooks): Promise<Decoder | null> {
  const { runtime, shape } = model;
  let decoder: Decoder | null = null;
  try {
    const graph = await model.readGraph();
    // A session holds the weights again, and a WASM heap never shrinks.
    if (bytesOf(graph) > smallWeights) return null;
    const { bytes, others } = graph;
    const options = { weightsFile: graphName, hooks, device: runtime.device, expected: shape };
    const edited = instrument(bytes, { ...options, forks: true });
    if (!edited.report.forks) return null;
    decoder = await openDecoder(runtime, edited, [{ path: graphName, data: bytes }, ...others]);
    if ((await differenceOf(model, decoder)) <= tolerance) return decoder;
  } catch {
    // The file cannot be read now, an operator wants all rows at once, or there is no memory: texts are written without it.
  }
  await decoder?.session.release();
  return null;
}

/** Tokens that are read before rows fork, and after. */
const [before, after] = [3, 2];

/**
 * Reads a text without a change, and with one at the first, a middle and the last layer: in rows that fork, and one by one. Where
 * activations are rounded to 8 bits in steps that depend on all rows of a run, these differ.
 */
async function differenceOf(model: SteeredModel, forked: Decoder): Promise<number> {
  const { decoder: plain, shape } = model;
  const { layers, vocabulary, width } = shape;
  const ids = Array.from({ length: before + after }, (_, at) => (7 * at * at + 5) % vocabulary);
  const levels = [...new Set([0, Math.floor(layers / 2), layers - 1])];
  const texts = [[], ...levels.map((level) => [addition(level, width)])];
  const forks = new ForkedRows(
    layers,
    1,
    levels.map((level) => ({ level, origin: 0 })),
  );
  const steering = (some: typeof texts, { report, Tensor }: Decoder) =>
    steeringFeeds(some, report.compiled, shape, Tensor);
  const mask = (length: number) => new Float32Array(length).fill(1);
  const first = { ids: ids.slice(0, before), rows: 1, length: before, logits: 'last' } as const;
  const begun = { ...first, past: plain.empty(1), steering: steering([[]], plain), mask: mask(before) };
  const { cache } = await plain.run(begun);
  const [row] = await plain.caches.split(cache);
  disposeCache(cache);
  const alone = texts.map((text) => ({ past: plain.caches.join([row!]), steering: steering([text], plain) }));
  const together = { ...steering(texts, forked), ...forks.feeds(forked.Tensor) };
  let past = forks.cacheOf(
    forked,
    texts.map(() => row!),
  );
  let difference = 0;
  for (const id of ids.slice(before)) {
    const step = { ids: [id], rows: 1, length: 1, logits: 'last' } as const;
    const all = await forked.run({ ...step, past, steering: together, mask: mask(texts.length) });
    past = all.cache;
    for (const [at, text] of alone.entries()) {
      const own = await plain.run({ ...step, past: text.past, steering: text.steering, mask: mask(1) });
      text.past = own.cache;
      const part = (values: Float32Array, { length }: Float32Array) => values.subarray(at * length, (at + 1) * length);
      difference = Math.max(
        difference,
        relativeDifference(part(all.logits, own.logits), own.logits),
        relativeDifference(part(all.residuals, own.residuals), own.residuals),
      );
    }
  }
  for (const text of alone) disposeCache(text.past);
  disposeCache(past);
  return difference;
}

function addition(layer: number, width: number): LayerIntervention {
  const bias = Float32Array.from({ length: width }, (_, i) => Math.sin(i + layer));
  return { layer, hook: 'resid_post', bias, rank: 0, read: new Float32Array(), write: new Float32Array() };
}
