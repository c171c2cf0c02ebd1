import type { Operator } from './operator.js';

/** x' = x − (x·v̂) v̂. Arditi et al. 2406.11717. */
export const ablate: Operator = {
  name: 'ablate',
  label: 'Ablate',
  description: 'h − (h·v̂)·v̂: takes out what the residual has along the direction, so the model cannot read it there.',
  usesStrength: false,
  phrase: () => 'takes the direction out',
  effect: () => ({ kind: 'hold', projection: 0 }),
};
