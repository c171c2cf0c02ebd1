import type { CompiledPlan } from '../../core/steering/intervention.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { disposeCache } from './cache.js';
import { maskValue, phaseFeeds } from './prompt.js';

/** A stretch of a text that was run in one go. */
export interface ForwardChunk {
  /** Position of its first token. */
  readonly start: number;
  readonly length: number;
  /** [length, vocabulary] */
  readonly logits: Float32Array;
  /** [length, L·d] */
  readonly residuals: Float32Array;
}

/** Logits that one chunk may return; bounds memory for large vocabularies. */
const mostLogits = 2 ** 21;

/** Lengths of the runs for a text: no run crosses from the prompt to the generation, none returns too many logits. */
export function chunkLengths(tokens: number, promptLength: number, vocabulary: number): readonly number[] {
  const most = Math.max(1, Math.floor(mostLogits / vocabulary));
  const lengths: number[] = [];
  for (const stretch of [Math.min(promptLength, tokens), Math.max(0, tokens - promptLength)]) {
    for (let left = stretch; left > 0; left -= most) lengths.push(Math.min(left, most));
  }
  return lengths;
}

/**
 * Runs a given text through the model under a plan, chunk by chunk on one cache, with the logits of every position. One
 * text at a time: fused attention takes several tokens after a cache only for a batch of one.
 */
export async function* forwardChunks(
  model: SteeredModel,
  ids: readonly number[],
  promptLength: number,
  plan: CompiledPlan,
  lengths: readonly number[],
  task: Task | null,
): AsyncGenerator<ForwardChunk> {
  const { decoder, tokenizer } = model;
  const phases = { prompt: phaseFeeds(model, [plan.prompt]), generated: phaseFeeds(model, [plan.generated]) };
  let past = decoder.empty(1);
  let start = 0;
  try {
    for (const length of lengths) {
      await task?.breathe();
      const chunk = ids.slice(start, start + length);
      const result = await decoder.run({
        ids: chunk,
        rows: 1,
        length,
        past,
        steering: start < promptLength ? phases.prompt : phases.generated,
        mask: Float32Array.from(chunk, (id) => maskValue(tokenizer, id, plan)),
        logits: 'all',
      });
      past = result.cache;
      yield { start, length, logits: result.logits, residuals: result.residuals };
      start += length;
    }
  } finally {
    disposeCache(past);
  }
}
