import type { Operator } from './operator.js';

/** x' = ‖x‖·slerp(x̂, v̂, t), t the strength: the residual goes t of the angle to v̂ and keeps its norm. */
export const spherical: Operator = {
  name: 'spherical',
  label: 'Spherical',
  brief: 'turn towards it, length kept',
  description:
    '‖h‖·slerp(ĥ, v̂, t): turns every residual by the share t of its angle to the direction and keeps its length. At 1 it lies on the direction.',
  strength: { unit: 'share', min: 0, max: 1, step: 0.01, default: 0.2, origin: 0 },
  options: [],
  needs: [],
  phrase: (strength) => `turns residuals ${strength} of their angle towards the direction`,
  tag: (name, strength) => `${strength} towards ${name}`,
  badge: (strength) => `turned ${strength}`,
  effect: ({ strength }) => (strength === 0 ? null : { kind: 'slerp', share: strength }),
};
