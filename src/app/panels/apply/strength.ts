import { optionsOf } from '../../../core/steering/effect.js';
import { operatorNamed, type Operator } from '../../../core/steering/index.js';
import type { OperatorName } from '../../../core/steering/plan.js';
import { strengthText } from '../../../core/steering/strength.js';
import { signedNumber } from '../../look/numbers.js';
import { defaultApplication, type DirectionEntry } from '../../stores/directions.js';

/** A strength with its unit; what is added or set has its sign. */
export function shownStrength(operator: Operator, value: number): string {
  return operator.strength?.unit === 'norms' ? signedNumber(value) : strengthText(operator, value);
}

/** What a direction does, in a few words: "+0.50 happy". */
export function appliedBriefly(
  { operator: name, strength, operatorOptions }: Pick<DirectionEntry, 'operator' | 'strength' | 'operatorOptions'>,
  of: string,
): string {
  const operator = operatorNamed(name);
  return operator.tag(of, shownStrength(operator, strength), optionsOf(operator, operatorOptions));
}

/** The same beside the direction's own name: "+0.50". */
export function appliedAlone({ operator: name, strength, operatorOptions }: DirectionEntry): string {
  const operator = operatorNamed(name);
  return operator.badge(shownStrength(operator, strength), optionsOf(operator, operatorOptions));
}

/** What a curve over layers or text multiplies; an operator without a strength does a share of what it does. */
export function quantityOf({ operator }: DirectionEntry): string {
  return operatorNamed(operator).strength ? 'strength' : 'share of it that is done';
}

export function quantityTitle({ operator }: DirectionEntry): string {
  const { strength, label } = operatorNamed(operator);
  return strength ? 'Times the strength' : `${label} has no strength: 1 does all of it, 0 nothing`;
}

const unitOf = (name: OperatorName) => operatorNamed(name).strength?.unit ?? 'norms';

/** The change to another operator: the strength stays where it means the same, and else is the new one's default. */
export function changeOperator(entry: DirectionEntry, operator: OperatorName): Partial<DirectionEntry> {
  if (unitOf(operator) === unitOf(entry.operator)) return { operator };
  return { operator, strength: operatorNamed(operator).strength?.default ?? defaultApplication.strength };
}
