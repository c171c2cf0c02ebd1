import type { Prompt } from '../../core/chat/prompt.js';
import { SteerboardError } from '../../core/errors.js';
import { sameAlong } from '../../core/steering/equality.js';
import type { LayerIntervention } from '../../core/steering/intervention.js';
import { placesOf } from '../../core/steering/places.js';
import { emptyPlan } from '../../core/steering/plan.js';
import { compilePlan, type CompiledPlan } from '../../core/steering/schedule.js';
import type { EncodedPrompt } from '../model/chat-template.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Feeds } from '../runtime/ort.js';
import { disposeCache, type BatchCache } from './cache.js';
import type { Decoder, DecoderResult } from './decoder.js';
import { steeringFeeds } from './feeds.js';
import { ForkedRows, levelOf } from './forks.js';
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
 * @param forked the graph with rows that fork, where it is open
 */
export async function readPrompt(
  model: SteeredModel,
  prompt: Pick<EncodedPrompt, 'ids' | 'spoken'>,
  plans: readonly CompiledPlan[],
  store: PromptStore = model.prompts,
  forked: Decoder | null = null,
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
  if (together.length > 0) made.push(...(await prefill(model, prompt, together, forked)));
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
  prompt: Pick<EncodedPrompt, 'ids' | 'spoken'>,
  readings: readonly Reading[],
  forked: Decoder | null,
): Promise<readonly PromptState[]> {
  const { decoder, shape } = model;
  const apart = { rows: readings.length, past: decoder.empty(readings.length), feeds: {} };
  // Where a prompt is read in pieces, each of them would have to fork.
  if (!forked || forked.report.attention.afterCache === 'one') {
    return prefillRows(model, decoder, prompt, readings, apart);
  }
  const inOrder = readings
    .map((reading) => ({ reading, level: levelOf(reading.plan) }))
    .toSorted((a, b) => a.level - b.level);
  const forks = new ForkedRows(
    shape.layers,
    1,
    inOrder.map(({ level }) => ({ level, origin: 0 })),
  );
  if (forks.cost(shape) >= readings.length) return prefillRows(model, decoder, prompt, readings, apart);
  // They fork from a row that nothing changes, which is not asked for.
  const { length } = prompt.ids;
  const stretches = [{ start: 0, end: length, key: '' }];
  const unsteered = { plan: compilePlan(emptyPlan, shape), stretches, mask: new Float32Array(length) };
  const rows = [unsteered, ...inOrder.map(({ reading }) => reading)];
  const begun = { rows: forks.at(-1), past: forks.emptyCache(forked), feeds: forks.feeds(forked.Tensor) };
  return (await prefillRows(model, forked, prompt, rows, begun)).slice(1);
}

/** @param begun how many rows come in, their cache, and what the graph takes beside the steering inputs */
async function prefillRows(
  { shape }: SteeredModel,
  decoder: Decoder,
  { ids, spoken }: Pick<EncodedPrompt, 'ids' | 'spoken'>,
  readings: readonly Reading[],
  begun: { readonly rows: number; readonly past: BatchCache; readonly feeds: Feeds },
): Promise<readonly PromptState[]> {
  const { length } = ids;
  const mask = new Float32Array(readings.length * length);
  readings.forEach((reading, row) => mask.set(reading.mask, row * length));
  const interventions = readings.map(({ plan, stretches }) => plan.interventions(stretches[0]!.key));
  const result = await decoder.run({
    ids: Array.from({ length: begun.rows }, () => ids).flat(),
    rows: begun.rows,
    length,
    past: begun.past,
    steering: { ...steeringFeeds(interventions, decoder.report.compiled, shape, decoder.Tensor), ...begun.feeds },
    mask,
    logits: 'last',
  });
  const caches = await decoder.caches.split({ ...result.cache, rows: readings.length });
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
