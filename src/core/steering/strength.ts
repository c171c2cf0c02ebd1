import { figure } from '../figure.js';
import type { Operator } from './operator.js';

/** A strength as people read it: "−1.5", "90°", "20 %". Empty where the operator has none. */
export function strengthText({ strength }: Operator, value: number): string {
  if (strength === null) return '';
  const shown = strength.unit === 'share' ? 100 * value : value;
  const digits = figure(shown, strength.unit === 'degrees' ? 1 : 2);
  if (strength.unit === 'degrees') return `${digits}°`;
  return strength.unit === 'share' ? `${digits} %` : digits;
}
