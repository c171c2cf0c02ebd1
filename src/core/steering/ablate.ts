import { scaledUnit } from './unit.js';
import type { Operator } from './operator.js';

/** x' = x − (x·v̂) v̂. Arditi et al. 2406.11717. */
export const ablate: Operator = {
  name: 'ablate',
  label: 'Ablate',
  brief: 'take the direction out',
  description: 'h − (h·v̂)·v̂: takes out what the residual has along the direction, so the model cannot read it there.',
  strength: null,
  options: [],
  needs: [],
  phrase: () => 'takes the direction out',
  tag: (name) => `without ${name}`,
  badge: () => 'taken out',
  /** A layer's or token's factor is the share that is taken out. */
  effect: ({ site: { vector, factor = 1 } }) =>
    factor === 1 ? { kind: 'hold', projection: 0 } : { kind: 'rewrite', write: scaledUnit(vector, -factor) },
};
