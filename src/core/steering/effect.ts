/** What a term does at one of its sites. */
import { operatorNamed } from './index.js';
import type { Effect, Operator, StrengthScale } from './operator.js';
import type { OperatorOptions, PlanSite, PlanTerm } from './plan.js';

/** The options of a term with the defaults of those that it does not name. */
export function optionsOf({ options }: Operator, given: OperatorOptions = {}): OperatorOptions {
  return { ...Object.fromEntries(options.map((option) => [option.name, option.default])), ...given };
}

/** A strength with a site's or a token's factor worked in, which counts from the scale's origin. */
export function strengthAt({ origin }: StrengthScale, strength: number, factor: number): number {
  return origin + (strength - origin) * factor;
}

/** Null where nothing happens; a factor of 0 takes a layer out, whatever the operator. */
export function effectAt(term: Pick<PlanTerm, 'operator' | 'strength' | 'options'>, site: PlanSite): Effect | null {
  const { factor = 1 } = site;
  if (factor === 0) return null;
  const operator = operatorNamed(term.operator);
  const strength = operator.strength ? strengthAt(operator.strength, term.strength, factor) : term.strength;
  return operator.effect({ strength, site, options: optionsOf(operator, term.options) });
}
