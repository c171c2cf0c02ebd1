import type { Span } from '../../core/chat/render.js';
import type { SamplingSettings } from '../../core/sampling.js';
import type { CompiledPlan } from '../../core/steering/schedule.js';
import type { EndReason } from '../../protocol/api.js';
import { rowBytes, type CachedRow } from './cache.js';
import { BoundedStore } from './bounded-store.js';
import { sameSpans } from './reading.js';

/** A finished text with everything that was read while it was written. */
export interface WrittenText {
  readonly textId: string;
  readonly ids: readonly number[];
  readonly promptLength: number;
  /** Which of the prompt's tokens are the assistant's earlier words. */
  readonly spoken: readonly Span[];
  /** For each token; of prompt tokens NaN. */
  readonly logProbabilities: readonly number[];
  /** [T, L·d] */
  readonly residuals: Float32Array;
  readonly reason: EndReason;
  readonly sampling: SamplingSettings;
  readonly plan: CompiledPlan;
}

/** What the prompt left behind under one plan: enough to go on writing without reading it again. */
export interface PromptState {
  readonly ids: readonly number[];
  /** The assistant's earlier words, read under the plan's generated phase. */
  readonly spoken: readonly Span[];
  readonly plan: CompiledPlan;
  readonly cache: CachedRow;
  /** Logits at the last token, [vocabulary]. */
  readonly logits: Float32Array;
  /** [P, L·d] */
  readonly residuals: Float32Array;
}

/** Where the states of prompts are looked for and kept. */
export type PromptStore = Pick<BoundedStore<PromptState>, 'find' | 'add'>;

const megabyte = 2 ** 20;

/** Few, because a dragged slider makes many: the baseline and the newest stay, which is what the page shows. */
export function createTextStore(): BoundedStore<WrittenText> {
  return new BoundedStore<WrittenText>({ items: 16, bytes: 128 * megabyte }, (text) => text.residuals.byteLength);
}

/** @param drop is told the caches that are not kept any more */
export function createPromptStore(drop: (cache: CachedRow) => void): BoundedStore<PromptState> {
  return new BoundedStore<PromptState>(
    { items: 12, bytes: 128 * megabyte },
    (state) => rowBytes(state.cache) + state.logits.byteLength + state.residuals.byteLength,
    (state) => drop(state.cache),
  );
}

/** Whether a text, finished or not, begins with a prompt. */
export function beginsWith(
  text: { readonly ids: readonly number[]; readonly promptLength: number; readonly spoken: readonly Span[] },
  prompt: { readonly ids: readonly number[]; readonly spoken: readonly Span[] },
): boolean {
  const { length } = prompt.ids;
  return (
    text.promptLength === length &&
    sameSpans(text.spoken, prompt.spoken) &&
    sameIds(text.ids.slice(0, length), prompt.ids)
  );
}

export function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}

export function sameSampling(a: SamplingSettings, b: SamplingSettings): boolean {
  if (a.maxNewTokens !== b.maxNewTokens || a.repetitionPenalty !== b.repetitionPenalty) return false;
  if (a.temperature <= 0 && b.temperature <= 0) return true; // greedy: the rest does not matter
  return a.temperature === b.temperature && a.topK === b.topK && a.topP === b.topP && a.seed === b.seed;
}
