/**
 * The order in which several terms act at one hook of one layer. It is fixed, so that the order of the terms does not
 * matter; terms of one stage read the same residual.
 */
import { operatorNamed } from './index.js';
import type { Effect } from './operator.js';
import type { OperatorName } from './plan.js';

export interface Stage {
  readonly kind: Effect['kind'] | 'norm';
  readonly operators: readonly OperatorName[];
  /** For people: what happens, and to what. */
  readonly does: string;
}

export const stages: readonly Stage[] = [
  { kind: 'transport', operators: ['transport'], does: 'moves the residual that comes in; several add up' },
  { kind: 'rewrite', operators: ['scale', 'swap'], does: 'read the same residual, and their changes add up' },
  {
    kind: 'hold',
    operators: ['ablate', 'clamp', 'affine'],
    does: 'is met, with all others of these at once, also where directions overlap',
  },
  {
    kind: 'shift',
    operators: ['add', 'add-keep-norm'],
    does: 'pushes the result, and may move a projection that was set before',
  },
  { kind: 'cap', operators: ['cap'], does: 'limits the result so far' },
  { kind: 'turn', operators: ['angular'], does: 'turns the result, in one plane' },
  { kind: 'slerp', operators: ['spherical'], does: 'turns the result towards one direction' },
  { kind: 'norm', operators: ['add-keep-norm'], does: 'gives the result the length that came in' },
];

/** The stages that these operators take part in, with the operators' labels, in order. */
export function stagesOf(used: readonly OperatorName[]): readonly { readonly labels: string; readonly does: string }[] {
  return stages.flatMap(({ operators, does }) => {
    const labels = operators.filter((name) => used.includes(name)).map((name) => operatorNamed(name).label);
    return labels.length > 0 ? [{ labels: labels.join(', '), does }] : [];
  });
}
