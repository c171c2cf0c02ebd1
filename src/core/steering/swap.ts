import { scaledUnit } from './unit.js';
import type { Operator } from './operator.js';

/** x' = x − (x·ŝ) ŝ + (x·ŝ) t̂ with ŝ the direction and t̂ the second one. */
export const swap: Operator = {
  name: 'swap',
  label: 'Swap',
  brief: 'write it along another direction instead',
  description:
    'h − (h·v̂)·v̂ + (h·v̂)·t̂: takes out what the residual has along the direction and writes as much along the second one.',
  strength: null,
  options: [],
  needs: ['second'],
  phrase: () => 'writes what is along the direction along the second one instead',
  tag: (name) => `${name} swapped`,
  badge: () => 'swapped',
  /** A layer's or token's factor is the share that is moved. */
  effect({ site: { vector, second, factor = 1 } }) {
    if (!second) return null;
    const [from, to] = [scaledUnit(vector, factor), scaledUnit(second, factor)];
    return { kind: 'rewrite', write: to.map((value, i) => value - from[i]!) };
  },
};
