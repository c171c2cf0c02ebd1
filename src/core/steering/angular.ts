import type { Operator } from './operator.js';

/**
 * x' = x − P x + ‖P x‖(cos θ·b₁ + sin θ·b₂), P the projector on the plane of b₁ = v̂ and b₂, the part of the second
 * direction that is orthogonal to v̂. Vu and Nguyen 2510.26243 (Angular Steering); adaptive: only where x·b₁ > 0.
 */
export const angular: Operator = {
  name: 'angular',
  label: 'Angular',
  brief: 'turn in the plane of two directions',
  description:
    'h − Ph + ‖Ph‖(cos θ·b₁ + sin θ·b₂): turns the part in the plane of the direction and a second one to the angle θ. 0° is along the direction, 90° along what the second one adds to it, 180° against it.',
  strength: { unit: 'degrees', min: -180, max: 180, step: 1, default: 0, origin: 0 },
  options: [
    {
      name: 'adaptive',
      label: 'Adaptive',
      hint: 'only residuals that point along the direction, h·v̂ > 0',
      kind: 'switch',
      default: false,
    },
  ],
  needs: ['second'],
  phrase: (strength, { adaptive }) =>
    `turns the part in the plane of both directions to ${strength}${adaptive === true ? ' where it points along the direction' : ''}`,
  tag: (name, strength, { adaptive }) => `${name} at ${strength}${adaptive === true ? ', adaptive' : ''}`,
  badge: (strength, { adaptive }) => `at ${strength}${adaptive === true ? ', adaptive' : ''}`,
  effect: ({ strength, site: { second }, options }) =>
    second ? { kind: 'turn', second, degrees: strength, adaptive: options.adaptive === true } : null,
};
