import { inNorms, type Operator } from './operator.js';

/**
 * x' = x − P(x − μ) + α v̂ with P the projector on v̂ and α = strength × mean residual norm. Marshall et al. 2411.09003
 * (ACE). Only μ·v̂ matters of the reference mean μ, the site's `centre`: the projection is set to μ·v̂ + α.
 */
export const affine: Operator = {
  name: 'affine',
  label: 'Affine (ACE)',
  brief: 'set the projection from a reference mean',
  description:
    'h − P(h − μ) + α·v̂: sets the projection to that of the mean μ of the negative side’s residuals, plus α = strength × the mean residual norm. 0 makes every residual as neutral as that side.',
  strength: inNorms(
    'α',
    'α is how far from the negative side’s mean the projection is set: strength times the mean residual norm of the layer',
  ),
  options: [],
  needs: [],
  phrase: (strength) => `sets the projection to ${strength} residual norms from the negative side’s mean`,
  tag: (name, strength) => `${name} set to mean ${strength}`,
  badge: (strength) => `set to mean ${strength}`,
  effect: ({ strength, site }) => ({
    kind: 'hold',
    projection: (site.centre ?? 0) + strength * site.residualNorm,
  }),
};
