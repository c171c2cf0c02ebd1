import type { Operator } from './operator.js';

/** x' = x + α v̂ with α = strength × mean residual norm. Turner et al. 2308.10248, Rimsky et al. 2312.06681. */
export const add: Operator = {
  name: 'add',
  label: 'Add',
  description: 'h + α·v̂: pushes every residual along the direction, by α = strength × the mean residual norm.',
  usesStrength: true,
  phrase: (strength) => `adds ${strength} residual norms`,
  effect: (strength, residualNorm) => ({ kind: 'shift', amount: strength * residualNorm }),
};
