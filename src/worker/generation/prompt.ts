import type { Prompt } from '../../core/chat/prompt.js';
import { SteerboardError } from '../../core/errors.js';
import { sameAlong } from '../../core/steering/equality.js';
import type { LayerIntervention } from '../../core/steering/intervention.js';
import { placesOf } from '../../core/steering/places.js';
import type { CompiledPlan } from '../../core/steering/schedule.js';
import type { EncodedPrompt } from '../model/chat-template.js';
import type { SteeredModel } from '../model/steered-model.js';
import { disposeCache } from './cache.js';
import type { DecoderResult } from './decoder.js';
import { steeringFeeds } from './feeds.js';
import { readingOf, sameSpans, type Reading } from './reading.js';
import { sameIds, type PromptState, type PromptStore } from './texts.js';

/** What is to be continued, as the model reads it. @throws `input-empty`, `input-too-long`, `template-refused` */
export function encodePrompt(model: SteeredModel, prompt: Prompt): EncodedPrompt {
  const encoded = model.tokenizer.encodePrompt(prompt);
  const { ids } = encoded;
  if (ids.every((id) => model.tokenizer.isSpecial(id))) {
    throw new SteerboardError('input-empty', 'The prompt is empty. Write a few words for the model to continue.');
  }
  if (ids.length >= model.shape.context) {
    throw new SteerboardError(
      'input-too-long',
      `The prompt has ${ids.length} tokens, and the model reads at most ${model.shape.context} with what it writes. Shorten the prompt.`,
      { tokens: ids.length, context: model.shape.context },
    );
  }
  return encoded;
}

/**
 * The state of the prompt under each plan: the assistant's earlier words are read under its generated phase, the rest under
 * its prompt phase. What is not kept is computed in one batch as far as it can be; plans that agree about the prompt's
 * tokens share a row, whatever they do to generated ones.
 *
 * @param store where states are kept: the page's own texts' are with the model
 */
export async function readPrompt(
  model: SteeredModel,
  prompt: Pick<EncodedPrompt, 'ids' | 'spoken'>,
  plans: readonly CompiledPlan[],
  store: PromptStore = model.prompts,
): Promise<readonly PromptState[]> {
  const { ids, spoken } = prompt;
  const places = placesOf(ids.length, ids.length, spoken);
  const kept = (plan: CompiledPlan) =>
    store.find(
      (state) => sameIds(state.ids, ids) && sameSpans(state.spoken, spoken) && sameAlong(state.plan, plan, places),
    );
  const states = plans.map(kept);
  const missing: CompiledPlan[] = [];
  plans.forEach((plan, index) => {
    if (!states[index] && !missing.some((other) => sameAlong(other, plan, places))) missing.push(plan);
  });
  const readings = missing.map((plan) => readingOf(model.tokenizer, ids, places, plan));
  const made: PromptState[] = [];
  const together = readings.filter(({ stretches }) => stretches.length === 1);
  if (together.length > 0) made.push(...(await prefill(model, prompt, together)));
  for (const reading of readings) {
    if (reading.stretches.length > 1) made.push(await prefillByStretch(model, prompt, reading));
  }
  made.forEach((state) => store.add(state));
  plans.forEach((plan, index) => {
    states[index] ??= made.find((state) => sameAlong(state.plan, plan, places)) ?? null;
  });
  return states.map((state) => state!);
}

/** Rows that need one set of interventions each: the mask says at which tokens. */
async function prefill(
  model: SteeredModel,
  { ids, spoken }: Pick<EncodedPrompt, 'ids' | 'spoken'>,
  readings: readonly Reading[],
): Promise<readonly PromptState[]> {
  const { decoder, shape } = model;
  const rows = readings.length;
  const length = ids.length;
  const mask = new Float32Array(rows * length);
  readings.forEach((reading, row) => mask.set(reading.mask, row * length));
  const result = await decoder.run({
    ids: readings.flatMap(() => ids),
    rows,
    length,
    past: decoder.empty(rows),
    steering: phaseFeeds(
      model,
      readings.map(({ plan, stretches }) => plan.interventions(stretches[0]!.key)),
    ),
    mask,
    logits: 'last',
  });
  const caches = await decoder.caches.split(result.cache);
  disposeCache(result.cache);
  const perRow = length * shape.layers * shape.width;
  return readings.map(({ plan }, row) => ({
    ids,
    spoken,
    plan,
    cache: caches[row]!,
    logits: result.logits.slice(row * shape.vocabulary, (row + 1) * shape.vocabulary),
    residuals: result.residuals.slice(row * perRow, (row + 1) * perRow),
  }));
}

/** One row, a run for each stretch: fused attention takes several tokens after a cache only for a batch of one. */
async function prefillByStretch(
  model: SteeredModel,
  { ids, spoken }: Pick<EncodedPrompt, 'ids' | 'spoken'>,
  { plan, stretches, mask }: Reading,
): Promise<PromptState> {
  const { decoder, shape } = model;
  const perToken = shape.layers * shape.width;
  const residuals = new Float32Array(ids.length * perToken);
  let past = decoder.empty(1);
  let last: DecoderResult | null = null;
  for (const { start, end, key } of stretches) {
    last = await decoder.run({
      ids: ids.slice(start, end),
      rows: 1,
      length: end - start,
      past,
      steering: phaseFeeds(model, [plan.interventions(key)]),
      mask: mask.slice(start, end),
      logits: 'last',
    });
    past = last.cache;
    residuals.set(last.residuals, start * perToken);
  }
  const [cache] = await decoder.caches.split(past);
  disposeCache(past);
  return { ids, spoken, plan, cache: cache!, logits: last!.logits.slice(0, shape.vocabulary), residuals };
}

/** The steering inputs of a batch, one set of interventions a row. */
export function phaseFeeds(model: SteeredModel, rows: readonly (readonly LayerIntervention[])[]) {
  return steeringFeeds(rows, model.decoder.report.compiled, model.shape, model.decoder.Tensor);
}
