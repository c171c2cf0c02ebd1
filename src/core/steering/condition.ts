import type { ModelShape } from '../model.js';
import { addScaled, dot, norm, type Numbers } from '../tensors/vector.js';
import type { Condition, Plan } from './plan.js';

/** What a condition found on a prompt. */
export interface ConditionOutcome {
  /** In the condition's own terms, −1…1; NaN where there is no token to read. */
  readonly figure: number;
  readonly holds: boolean;
}

/**
 * The mean residual h of a prompt at each layer, special tokens left out: [L, d], in double.
 *
 * @param residuals unsteered resid_post, [P, L·d]
 * @param special whether each token is special, [P]
 */
export function meanResiduals(
  residuals: Float32Array,
  special: readonly boolean[],
  { layers, width }: Pick<ModelShape, 'layers' | 'width'>,
): Float64Array {
  const size = layers * width;
  const mean = new Float64Array(size);
  const read = special.flatMap((isSpecial, position) => (isSpecial ? [] : [position]));
  for (const position of read) {
    addScaled(mean, residuals.subarray(position * size, (position + 1) * size), 1 / read.length);
  }
  return mean;
}

/**
 * Measures a condition on h [d], the mean residual at its layer. `projection` is the cosine of h with its projection on ĉ,
 * h·(ĉĉᵀh) / (‖h‖ ‖ĉĉᵀh‖) = |h·ĉ|/‖h‖ (Lee et al. 2409.05907, section 3.2, without their tanh); `alignment` is h·ĉ/‖h‖.
 * The threshold itself counts as above it, so that of both sides always one holds.
 */
export function measureCondition({ vector, figure, side, threshold }: Condition, h: Numbers): ConditionOutcome {
  const alignment = dot(h, vector) / (norm(h) * norm(vector));
  const value = figure === 'projection' ? Math.abs(alignment) : alignment;
  return { figure: value, holds: side === 'above' ? value >= threshold : value < threshold };
}

/**
 * The plan without conditions: terms whose condition fails are gone. With what was found, one outcome for each term that
 * has a condition, in their order.
 *
 * @param meanAt h [d] of a layer
 */
export function decideConditions(
  plan: Plan,
  meanAt: (layer: number) => Numbers,
): { readonly plan: Plan; readonly outcomes: readonly ConditionOutcome[] } {
  const outcomes: ConditionOutcome[] = [];
  const terms = plan.terms.flatMap((term) => {
    const { condition, ...rest } = term;
    if (!condition) return [term];
    const outcome = measureCondition(condition, meanAt(condition.layer));
    outcomes.push(outcome);
    return outcome.holds ? [rest] : [];
  });
  return { plan: { ...plan, terms }, outcomes };
}
