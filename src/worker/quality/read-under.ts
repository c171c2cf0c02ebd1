import type { Plan } from '../../core/steering/plan.js';
import { disposeCache } from '../generation/cache.js';
import { readingOfText } from '../generation/forward.js';
import { phaseFeeds } from '../generation/prompt.js';
import { preparePlans } from '../model/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';

/** What a model left at every token of a text. */
export interface ReadText {
  /** Every block's output, [T, L·d]. */
  readonly residuals: Float32Array;
  /** [T, vocabulary] */
  readonly logits: Float32Array;
}

/**
 * Reads a text in one run under a plan that does the same at every token. It leaves no cache, so other work may have its turn,
 * and open the graph anew, before the next run. Same errors as {@link preparePlans}.
 */
export async function readUnder(model: SteeredModel, ids: readonly number[], plan: Plan): Promise<ReadText> {
  const [compiled] = await preparePlans(model, [plan]);
  const { mask, stretches } = readingOfText(model, ids, { promptLength: ids.length }, compiled!);
  const { decoder } = model;
  const { residuals, logits, cache } = await decoder.run({
    ids,
    rows: 1,
    length: ids.length,
    past: decoder.empty(1),
    steering: phaseFeeds(model, [compiled!.interventions(stretches[0]!.key)]),
    mask,
    logits: 'all',
  });
  disposeCache(cache);
  return { residuals, logits };
}
