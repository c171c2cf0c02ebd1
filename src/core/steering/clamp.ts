import type { Operator } from './operator.js';

/** x' = x + (c − x·v̂) v̂ with c = strength × mean residual norm. */
export const clamp: Operator = {
  name: 'clamp',
  label: 'Clamp',
  description:
    'h + (c − h·v̂)·v̂: sets the projection on the direction to c = strength × the mean residual norm, whatever it was.',
  usesStrength: true,
  phrase: (strength) => `holds the projection at ${strength} residual norms`,
  effect: (strength, residualNorm) => ({ kind: 'hold', projection: strength * residualNorm }),
};
