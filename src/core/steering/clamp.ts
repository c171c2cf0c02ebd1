import { inNorms, type Operator } from './operator.js';

/** x' = x + (c − x·v̂) v̂ with c = strength × mean residual norm. */
export const clamp: Operator = {
  name: 'clamp',
  label: 'Clamp',
  brief: 'set the projection',
  description:
    'h + (c − h·v̂)·v̂: sets the projection on the direction to c = strength × the mean residual norm, whatever it was.',
  strength: inNorms(
    'c',
    'c is what the projection on the unit vector is set to: strength times the mean residual norm of the layer',
  ),
  options: [],
  needs: [],
  phrase: (strength) => `holds the projection at ${strength} residual norms`,
  tag: (name, strength) => `${name} held at ${strength}`,
  badge: (strength) => `held at ${strength}`,
  effect: ({ strength, site }) => ({ kind: 'hold', projection: strength * site.residualNorm }),
};
