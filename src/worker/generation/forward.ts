import type { Span } from '../../core/chat/render.js';
import type { CompiledPlan } from '../../core/steering/intervention.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { disposeCache } from './cache.js';
import { phaseMask, stretches, type Stretch } from './phases.js';
import { phaseFeeds } from './prompt.js';

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

/** Which tokens of a text are the assistant's: those from `promptLength` on, and earlier words of its. */
export interface TextParts {
  readonly promptLength: number;
  readonly spoken?: readonly Span[];
}

/** Lengths of the runs for a text: no run crosses from one phase to another, none returns too many logits. */
export function chunkLengths(tokens: number, parts: TextParts, vocabulary: number): readonly number[] {
  const most = Math.max(1, Math.floor(mostLogits / vocabulary));
  const lengths: number[] = [];
  for (const { start, end } of stretches(tokens, parts.promptLength, parts.spoken ?? [])) {
    for (let left = end - start; left > 0; left -= most) lengths.push(Math.min(left, most));
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
  { promptLength, spoken = [] }: TextParts,
  plan: CompiledPlan,
  lengths: readonly number[],
  task: Task | null,
): AsyncGenerator<ForwardChunk> {
  const { decoder, tokenizer } = model;
  const feeds = { prompt: phaseFeeds(model, [plan.prompt]), generated: phaseFeeds(model, [plan.generated]) };
  const phases = stretches(ids.length, promptLength, spoken);
  const mask = phaseMask(tokenizer, ids, phases, plan);
  let past = decoder.empty(1);
  let start = 0;
  try {
    for (const length of lengths) {
      await task?.breathe();
      const result = await decoder.run({
        ids: ids.slice(start, start + length),
        rows: 1,
        length,
        past,
        steering: feeds[phaseAt(phases, start)],
        mask: mask.slice(start, start + length),
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

function phaseAt(phases: readonly Stretch[], position: number): Stretch['phase'] {
  return phases.find(({ end }) => position < end)?.phase ?? 'generated';
}
