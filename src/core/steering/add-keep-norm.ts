import { inNorms, type Operator } from './operator.js';

/** x' = (x + α v̂)·‖x‖ / ‖x + α v̂‖ with α = strength × mean residual norm: only the angle to v̂ changes. */
export const addKeepNorm: Operator = {
  name: 'add-keep-norm',
  label: 'Add, norm kept',
  brief: 'push, then restore the length',
  description:
    '(h + α·v̂)·‖h‖ / ‖h + α·v̂‖: adds, then gives the residual its own length back, so that strong steering bends it but does not blow it up.',
  strength: inNorms(
    'α',
    'α is what is added along the unit vector before the length is restored: strength times the mean residual norm of the layer',
  ),
  adds: { keepsNorm: true },
  options: [],
  needs: [],
  phrase: (strength) => `adds ${strength} residual norms and keeps each residual’s length`,
  tag: (name, strength) => `${strength} ${name}, norm kept`,
  badge: (strength) => `${strength}, norm kept`,
  effect: ({ strength, site }) =>
    strength === 0 ? null : { kind: 'shift', amount: strength * site.residualNorm, keepsNorm: true },
};
