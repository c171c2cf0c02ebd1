import type { Operator } from './operator.js';

/**
 * x' = (1 − α) x + α(ω ∘ x + β), α the strength: each component is moved linearly, so that the negative side's residuals
 * get the positive side's means and spreads. Rodriguez et al. 2410.23054 (AcT).
 */
export const transport: Operator = {
  name: 'transport',
  label: 'Transport',
  brief: 'move towards the positive side, number by number',
  description:
    '(1 − α)·h + α·(ω ∘ h + β): moves every component of the residual the share α of the way to where the positive side has it. Needs the method “Linear transport”.',
  strength: { unit: 'share', min: 0, max: 1, step: 0.01, default: 1, origin: 0 },
  options: [],
  needs: ['transport'],
  phrase: (strength) => `transports residuals ${strength} of the way to the positive side`,
  tag: (name, strength) => `${name} transport ${strength}`,
  badge: (strength) => `transport ${strength}`,
  effect: ({ strength, site }) =>
    site.transport && strength !== 0 ? { kind: 'transport', transport: site.transport, share: strength } : null,
};
