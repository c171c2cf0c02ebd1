import { decideConditions, meanResiduals, type ConditionOutcome } from '../../core/steering/condition.js';
import { emptyPlan, type Plan } from '../../core/steering/plan.js';
import { checkCondition, compilePlan } from '../../core/steering/schedule.js';
import type { EncodedPrompt } from '../model/chat-template.js';
import type { SteeredModel } from '../model/steered-model.js';
import { OwnPrompts } from './own-prompts.js';
import { readPrompt } from './prompt.js';
import type { PromptStore } from './texts.js';

export interface DecidedPlan {
  /** Without conditions. */
  readonly plan: Plan;
  /** One for each term that had one, in their order. */
  readonly outcomes: readonly ConditionOutcome[];
}

/**
 * Measures the plans' conditions on the prompt and leaves out the terms whose condition fails. The unsteered prompt is read
 * for it, where it is not kept from the baseline.
 *
 * @throws SteerboardError for a condition that does not fit the model
 */
export async function decidePlans(
  model: SteeredModel,
  prompt: Pick<EncodedPrompt, 'ids' | 'spoken'>,
  plans: readonly Plan[],
  store: PromptStore = model.prompts,
): Promise<readonly DecidedPlan[]> {
  const conditions = plans.flatMap(({ terms }) => terms.flatMap(({ condition }) => condition ?? []));
  if (conditions.length === 0) return plans.map((plan) => ({ plan, outcomes: [] }));
  const { shape, tokenizer } = model;
  for (const condition of conditions) checkCondition(condition, shape);
  const special = prompt.ids.map((id) => tokenizer.isSpecial(id));
  // Where there is nothing to read, no condition holds.
  const readable = special.includes(false);
  const unsteered = readable ? await readPrompt(model, prompt, [compilePlan(emptyPlan, shape)], store) : [];
  const means = meanResiduals(unsteered[0]?.residuals ?? new Float32Array(), readable ? special : [], shape);
  const meanAt = (layer: number) => means.subarray(layer * shape.width, (layer + 1) * shape.width);
  return plans.map((plan) => decideConditions(plan, meanAt));
}

/** The plan with its conditions decided, for work in the background: the page's prompts are not pushed out of their store. */
export async function decideApart(
  model: SteeredModel,
  prompt: Pick<EncodedPrompt, 'ids' | 'spoken'>,
  plan: Plan,
): Promise<Plan> {
  const own = new OwnPrompts(model);
  try {
    const [decided] = await decidePlans(model, prompt, [plan], own);
    return decided!.plan;
  } finally {
    own.clear();
  }
}
