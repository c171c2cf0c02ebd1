import { inNorms, type Operator } from './operator.js';

/** x' = x + α v̂ with α = strength × mean residual norm. Turner et al. 2308.10248, Rimsky et al. 2312.06681. */
export const add: Operator = {
  name: 'add',
  label: 'Add',
  brief: 'push along the direction',
  description: 'h + α·v̂: pushes every residual along the direction, by α = strength × the mean residual norm.',
  strength: inNorms(
    'α',
    'α is what is added along the unit vector: strength times the mean residual norm of the layer',
  ),
  adds: { keepsNorm: false },
  options: [],
  needs: [],
  phrase: (strength) => `adds ${strength} residual norms`,
  tag: (name, strength) => `${strength} ${name}`,
  badge: (strength) => strength,
  effect: ({ strength, site }) =>
    strength === 0 ? null : { kind: 'shift', amount: strength * site.residualNorm, keepsNorm: false },
};
