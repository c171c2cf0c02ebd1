import type { Prompt } from '../../core/chat/prompt.js';
import { SteerboardError } from '../../core/errors.js';
import type { CompiledPlan, LayerIntervention } from '../../core/steering/intervention.js';
import { samePhase } from '../../core/steering/equality.js';
import type { EncodedPrompt } from '../model/chat-template.js';
import type { SteeredModel } from '../model/steered-model.js';
import { disposeCache } from './cache.js';
import type { DecoderResult } from './decoder.js';
import { steeringFeeds } from './feeds.js';
import { phaseMask, sameSpans, sharedInterventions, stretches } from './phases.js';
import { sameIds, type PromptState } from './texts.js';

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
 */
export async function readPrompt(
  model: SteeredModel,
  prompt: EncodedPrompt,
  plans: readonly CompiledPlan[],
): Promise<readonly PromptState[]> {
  const { ids, spoken } = prompt;
  const alike = (a: CompiledPlan, b: CompiledPlan) =>
    samePhase(a, b, 'prompt') && (spoken.length === 0 || samePhase(a, b, 'generated'));
  const kept = (plan: CompiledPlan) =>
    model.prompts.find(
      (state) => sameIds(state.ids, ids) && sameSpans(state.spoken, spoken) && alike(state.plan, plan),
    );
  const states = plans.map(kept);
  const missing: CompiledPlan[] = [];
  plans.forEach((plan, index) => {
    if (!states[index] && !missing.some((other) => alike(other, plan))) missing.push(plan);
  });
  const inOneRun = (plan: CompiledPlan) => spoken.length === 0 || sharedInterventions(plan) !== null;
  const made: PromptState[] = [];
  const together = missing.filter(inOneRun);
  if (together.length > 0) made.push(...(await prefill(model, prompt, together)));
  for (const plan of missing) if (!inOneRun(plan)) made.push(await prefillByStretch(model, prompt, plan));
  made.forEach((state) => model.prompts.add(state));
  plans.forEach((plan, index) => {
    states[index] ??= made.find((state) => alike(state.plan, plan)) ?? null;
  });
  return states.map((state) => state!);
}

/** Rows that need one set of interventions each: the mask says at which tokens. */
async function prefill(
  model: SteeredModel,
  { ids, spoken }: EncodedPrompt,
  plans: readonly CompiledPlan[],
): Promise<readonly PromptState[]> {
  const { decoder, shape, tokenizer } = model;
  const rows = plans.length;
  const length = ids.length;
  const phases = stretches(length, length, spoken);
  const mask = new Float32Array(rows * length);
  plans.forEach((plan, row) => mask.set(phaseMask(tokenizer, ids, phases, plan), row * length));
  const result = await decoder.run({
    ids: plans.flatMap(() => ids),
    rows,
    length,
    past: decoder.empty(rows),
    steering: phaseFeeds(
      model,
      plans.map((plan) => (spoken.length === 0 ? plan.prompt : sharedInterventions(plan)!)),
    ),
    mask,
    logits: 'last',
  });
  const caches = await decoder.caches.split(result.cache);
  disposeCache(result.cache);
  const perRow = length * shape.layers * shape.width;
  return plans.map((plan, row) => ({
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
  { ids, spoken }: EncodedPrompt,
  plan: CompiledPlan,
): Promise<PromptState> {
  const { decoder, shape, tokenizer } = model;
  const perToken = shape.layers * shape.width;
  const phases = stretches(ids.length, ids.length, spoken);
  const mask = phaseMask(tokenizer, ids, phases, plan);
  const residuals = new Float32Array(ids.length * perToken);
  let past = decoder.empty(1);
  let last: DecoderResult | null = null;
  for (const { start, end, phase } of phases) {
    last = await decoder.run({
      ids: ids.slice(start, end),
      rows: 1,
      length: end - start,
      past,
      steering: phaseFeeds(model, [plan[phase]]),
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

export function phaseFeeds(model: SteeredModel, rows: readonly (readonly LayerIntervention[])[]) {
  return steeringFeeds(rows, model.decoder.report.compiled, model.shape, model.decoder.Tensor);
}
