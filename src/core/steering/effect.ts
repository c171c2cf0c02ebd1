/** What a term does at one of its sites. */
import { operatorNamed } from './index.js';
import type { Effect, Operator } from './operator.js';
import type { OperatorOptions, PlanSite, PlanTerm } from './plan.js';

/** The options of a term with the defaults of those that it does not name. */
export function optionsOf({ options }: Operator, given: OperatorOptions = {}): OperatorOptions {
  return { ...Object.fromEntries(options.map((option) => [option.name, option.default])), ...given };
}

/** Null where nothing happens; a factor of 0 takes a layer out, whatever the operator. */
export function effectAt(term: Pick<PlanTerm, 'operator' | 'strength' | 'options'>, site: PlanSite): Effect | null {
  const { factor = 1 } = site;
  if (factor === 0) return null;
  const operator = operatorNamed(term.operator);
  const origin = operator.strength?.origin ?? 0;
  const strength = origin + (term.strength - origin) * factor;
  return operator.effect({ strength, site, options: optionsOf(operator, term.options) });
}
