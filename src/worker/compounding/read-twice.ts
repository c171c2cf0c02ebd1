import type { Span } from '../../core/chat/render.js';
import type { TextReadTwice } from '../../core/compounding/run.js';
import { alignment, klFromLogProbabilities, logSoftmax, residualDrift } from '../../core/measures/index.js';
import { emptyPlan, type Plan } from '../../core/steering/plan.js';
import { dot, norm } from '../../core/tensors/vector.js';
import type { CompoundingRequest } from '../../protocol/api.js';
import type { Turn } from '../capture/background.js';
import { chunkLengths, forwardChunks, readingOfText, type ForwardChunk } from '../generation/forward.js';
import { preparePlans } from '../model/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';

/** Tokens of one run of the model: short, so that a slider's text does not wait long. */
const mostAtOnce = 24;
/** Computing between two runs lets messages in after this many milliseconds. */
const pieceMs = 20;

/** A text: the prompt's tokens and those after it. */
export interface TextToRead {
  readonly ids: readonly number[];
  readonly promptLength: number;
  readonly spoken: readonly Span[];
}

type Direction = CompoundingRequest['direction'];

/**
 * Reads a text with a plan and without it, chunk by chunk in turns.
 *
 * @param plan whose conditions are decided
 */
export async function readTwice(
  model: SteeredModel,
  text: TextToRead,
  plan: Plan,
  direction: Direction,
  task: Task,
  turn: Turn,
): Promise<TextReadTwice> {
  const { ids, promptLength } = text;
  const { layers, vocabulary } = model.shape;
  const generated = ids.length - promptLength;
  const readings = await turn(async () => {
    const plans = await preparePlans(model, [emptyPlan, plan]);
    return plans.map((compiled) => readingOfText(model, ids, text, compiled));
  });
  const lengths = chunkLengths(ids.length, promptLength, readings, vocabulary, pieces(ids.length, promptLength));
  const [unsteered, steered] = readings.map((reading) => forwardChunks(model, ids, reading, lengths, null)) as [
    AsyncGenerator<ForwardChunk>,
    AsyncGenerator<ForwardChunk>,
  ];
  const result = {
    ids: ids.slice(promptLength),
    kl: new Float32Array(generated),
    baselineNll: new Float32Array(generated),
    drift: new Float32Array(generated * layers),
    alignment: { steered: new Float32Array(generated), unsteered: new Float32Array(generated) },
  };
  const end = async (): Promise<void> => {
    await unsteered.return(undefined);
    await steered.return(undefined);
  };
  // The session goes that holds the caches; the next turn begins anew.
  model.beforeRelease.add(end);
  try {
    for (;;) {
      const before = await turn(() => unsteered.next());
      const after = await turn(() => steered.next());
      if (before.done || after.done) return result;
      await take(result, before.value, after.value, { model, promptLength, direction }, task);
    }
  } finally {
    model.beforeRelease.delete(end);
    await end();
  }
}

/** Chunks of a text that end where the prompt does. */
function pieces(tokens: number, promptLength: number): readonly number[] {
  const cut = (length: number) =>
    Array.from({ length: Math.ceil(length / mostAtOnce) }, (_, at) => Math.min(mostAtOnce, length - at * mostAtOnce));
  return [...cut(promptLength), ...cut(tokens - promptLength)];
}

/** Figures of a chunk's tokens, and of the predictions that were made at them. */
async function take(
  result: TextReadTwice,
  before: ForwardChunk,
  after: ForwardChunk,
  about: { readonly model: SteeredModel; readonly promptLength: number; readonly direction: Direction },
  task: Task,
): Promise<void> {
  const { direction, promptLength } = about;
  const { layers, width, vocabulary } = about.model.shape;
  let begun = performance.now();
  for (let i = 0; i < before.length; i++) {
    if (performance.now() - begun > pieceMs) {
      await task.breathe();
      begun = performance.now();
    }
    const token = before.start + i - promptLength;
    const next = token + 1;
    if (next >= 0 && next < result.ids.length) {
      const logits = (chunk: ForwardChunk) => logSoftmax(chunk.logits.subarray(i * vocabulary, (i + 1) * vocabulary));
      const [q, p] = [logits(before), logits(after)];
      result.kl[next] = klFromLogProbabilities(p, q);
      result.baselineNll[next] = -q[result.ids[next]!]!;
    }
    if (token < 0) continue;
    const residual = (chunk: ForwardChunk, layer: number) =>
      chunk.residuals.subarray((i * layers + layer) * width, (i * layers + layer + 1) * width);
    for (let layer = 0; layer < layers; layer++) {
      result.drift[token * layers + layer] = residualDrift(residual(after, layer), residual(before, layer));
    }
    const cosine = (chunk: ForwardChunk) => {
      if (!direction) return NaN;
      const read = residual(chunk, direction.layer);
      return alignment(dot(read, direction.vector), norm(read));
    };
    result.alignment.unsteered[token] = cosine(before);
    result.alignment.steered[token] = cosine(after);
  }
}
