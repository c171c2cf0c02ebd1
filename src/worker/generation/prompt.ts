import type { Prompt } from '../../core/chat/prompt.js';
import { SteerboardError } from '../../core/errors.js';
import type { CompiledPlan, LayerIntervention } from '../../core/steering/intervention.js';
import { samePhase } from '../../core/steering/equality.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Tokenizer } from '../model/tokenizer.js';
import { disposeCache, splitRows } from './cache.js';
import { steeringFeeds } from './feeds.js';
import { sameIds, type PromptState } from './texts.js';

/** Token ids of what is to be continued. */
export function promptIds({ tokenizer }: Pick<SteeredModel, 'tokenizer'>, prompt: Prompt): readonly number[] {
  if (typeof prompt === 'string') return tokenizer.encode(prompt);
  throw new SteerboardError('unexpected', 'Conversations cannot be continued yet.');
}

/** @throws `input-empty`, `input-too-long` when nothing could be written after the prompt. */
export function encodePrompt(model: SteeredModel, prompt: Prompt): readonly number[] {
  const ids = promptIds(model, prompt);
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
  return ids;
}

/**
 * The state of the prompt under each plan. What is not kept is computed in one batch; plans that agree about the
 * prompt's tokens share a row, whatever they do to generated ones.
 */
export async function readPrompt(
  model: SteeredModel,
  ids: readonly number[],
  plans: readonly CompiledPlan[],
): Promise<readonly PromptState[]> {
  const kept = (plan: CompiledPlan) =>
    model.prompts.find((state) => sameIds(state.ids, ids) && samePhase(state.plan, plan, 'prompt'));
  const states = plans.map(kept);
  const missing: CompiledPlan[] = [];
  plans.forEach((plan, index) => {
    if (!states[index] && !missing.some((other) => samePhase(other, plan, 'prompt'))) missing.push(plan);
  });
  if (missing.length > 0) {
    const made = await prefill(model, ids, missing);
    made.forEach((state) => model.prompts.add(state));
    plans.forEach((plan, index) => {
      states[index] ??= made.find((state) => samePhase(state.plan, plan, 'prompt')) ?? null;
    });
  }
  return states.map((state) => state!);
}

async function prefill(
  model: SteeredModel,
  ids: readonly number[],
  plans: readonly CompiledPlan[],
): Promise<readonly PromptState[]> {
  const { decoder, shape } = model;
  const rows = plans.length;
  const length = ids.length;
  const result = await decoder.run({
    ids: plans.flatMap(() => ids),
    rows,
    length,
    past: decoder.empty(rows),
    steering: phaseFeeds(
      model,
      plans.map((plan) => plan.prompt),
    ),
    mask: Float32Array.from(plans.flatMap((plan) => ids.map((id) => maskValue(model.tokenizer, id, plan)))),
    logits: 'last',
  });
  const caches = await splitRows(decoder.report.cache, result.cache);
  disposeCache(result.cache);
  const perRow = length * shape.layers * shape.width;
  return plans.map((plan, row) => ({
    ids,
    plan,
    cache: caches[row]!,
    logits: result.logits.slice(row * shape.vocabulary, (row + 1) * shape.vocabulary),
    residuals: result.residuals.slice(row * perRow, (row + 1) * perRow),
  }));
}

export function phaseFeeds(model: SteeredModel, rows: readonly (readonly LayerIntervention[])[]) {
  return steeringFeeds(rows, model.shape.layers, model.shape.width, model.decoder.Tensor);
}

/** 1 where the hooks act: everywhere but at special tokens, and there too when the plan says so. */
export function maskValue(tokenizer: Tokenizer, id: number, plan: CompiledPlan): number {
  return plan.steerSpecialTokens || !tokenizer.isSpecial(id) ? 1 : 0;
}
