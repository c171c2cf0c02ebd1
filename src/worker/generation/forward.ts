import type { Span } from '../../core/chat/render.js';
import { placesOf } from '../../core/steering/places.js';
import type { CompiledPlan } from '../../core/steering/schedule.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { disposeCache } from './cache.js';
import { phaseFeeds } from './prompt.js';
import { readingOf, type Reading } from './reading.js';

/** A stretch of a text that was run in one go. */
export interface ForwardChunk {
  /** Position of its first token. */
  readonly start: number;
  readonly length: number;
  /** [length, vocabulary]; empty where none were asked for. */
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

/** How a whole text is read under a plan. */
export function readingOfText(
  model: Pick<SteeredModel, 'tokenizer'>,
  ids: readonly number[],
  { promptLength, spoken = [] }: TextParts,
  plan: CompiledPlan,
): Reading {
  return readingOf(model.tokenizer, ids, placesOf(ids.length, promptLength, spoken), plan);
}

/**
 * Lengths of the runs for a text: none crosses from the prompt into the reply or from one set of interventions of any
 * reading to another, and none returns too many logits.
 *
 * @param wanted lengths that are asked for, cut further where they have to be
 */
export function chunkLengths(
  tokens: number,
  promptLength: number,
  readings: readonly Reading[],
  vocabulary: number,
  wanted: readonly number[] = [promptLength, tokens - promptLength],
): readonly number[] {
  const most = Math.max(1, Math.floor(mostLogits / vocabulary));
  const ends = new Set(readings.flatMap(({ stretches }) => stretches.map(({ end }) => end)));
  let asked = 0;
  for (const length of wanted) ends.add((asked += length));
  ends.add(tokens);
  const lengths: number[] = [];
  let start = 0;
  for (const end of [...ends].filter((at) => at > 0 && at <= tokens).sort((a, b) => a - b)) {
    for (; start < end; start += lengths.at(-1)!) lengths.push(Math.min(end - start, most));
  }
  return lengths;
}

/**
 * Runs a given text through the model as a reading says, chunk by chunk on one cache, with the logits of every position. One
 * text at a time: fused attention takes several tokens after a cache only for a batch of one.
 *
 * @param lengths of {@link chunkLengths}
 * @param logits whether those of every position are wanted
 */
export async function* forwardChunks(
  model: SteeredModel,
  ids: readonly number[],
  { plan, stretches, mask }: Reading,
  lengths: readonly number[],
  task: Task | null,
  logits: 'all' | 'none' = 'all',
): AsyncGenerator<ForwardChunk> {
  const { decoder } = model;
  let steeredBy: string | null = null;
  let steering: ReturnType<typeof phaseFeeds> = {};
  let past = decoder.empty(1);
  let start = 0;
  try {
    for (const length of lengths) {
      await task?.breathe();
      const { key } = stretches.find(({ end }) => start < end)!;
      if (key !== steeredBy) steering = phaseFeeds(model, [plan.interventions(key)]);
      steeredBy = key;
      const result = await decoder.run({
        ids: ids.slice(start, start + length),
        rows: 1,
        length,
        past,
        steering,
        mask: mask.slice(start, start + length),
        logits,
      });
      past = result.cache;
      yield { start, length, logits: result.logits, residuals: result.residuals };
      start += length;
    }
  } finally {
    disposeCache(past);
  }
}
