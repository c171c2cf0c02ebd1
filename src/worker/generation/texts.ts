import type { SamplingSettings } from '../../core/sampling.js';
import type { CompiledPlan } from '../../core/steering/intervention.js';
import type { EndReason } from '../../protocol/api.js';
import { rowBytes, type CachedRow } from './cache.js';
import { BoundedStore } from './bounded-store.js';

/** A finished text with everything that was read while it was written. */
export interface WrittenText {
  readonly textId: string;
  readonly ids: readonly number[];
  readonly promptLength: number;
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
  readonly plan: CompiledPlan;
  readonly cache: CachedRow;
  /** Logits at the last token, [vocabulary]. */
  readonly logits: Float32Array;
  /** [P, L·d] */
  readonly residuals: Float32Array;
}

const megabyte = 2 ** 20;

/** Few, because a dragged slider makes many: the baseline and the newest stay, which is what the page shows. */
export function createTextStore(): BoundedStore<WrittenText> {
  return new BoundedStore<WrittenText>({ items: 16, bytes: 128 * megabyte }, (text) => text.residuals.byteLength);
}

export function createPromptStore(): BoundedStore<PromptState> {
  return new BoundedStore<PromptState>(
    { items: 12, bytes: 128 * megabyte },
    (state) => rowBytes(state.cache) + state.logits.byteLength + state.residuals.byteLength,
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
