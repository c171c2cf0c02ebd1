import { scaledUnit } from './unit.js';
import type { Operator } from './operator.js';

/** x' = x + (k − 1)(x·v̂) v̂: the part along the direction is multiplied by k, the strength. */
export const scale: Operator = {
  name: 'scale',
  label: 'Scale',
  brief: 'multiply what is along it',
  description:
    'h + (k − 1)(h·v̂)·v̂: multiplies what the residual has along the direction by k. 1 changes nothing, 0 takes it out, −1 turns it round.',
  strength: { unit: 'factor', min: -2, max: 4, step: 0.05, default: 2, origin: 1 },
  options: [],
  needs: [],
  phrase: (strength) => `multiplies what is along the direction by ${strength}`,
  tag: (name, strength) => `${name} × ${strength}`,
  badge: (strength) => `× ${strength}`,
  effect: ({ strength, site }) =>
    strength === 1 ? null : { kind: 'rewrite', write: scaledUnit(site.vector, strength - 1) },
};
