import { inNorms, type Operator } from './operator.js';

/** x' = x + (c − x·v̂) v̂ where x·v̂ > c (or < c), else x, with c = strength × mean residual norm. */
export const cap: Operator = {
  name: 'cap',
  label: 'Cap',
  brief: 'limit the projection',
  description:
    'As Clamp, but only where h·v̂ is above (or below) c = strength × the mean residual norm: residuals within the limit stay as they are.',
  strength: inNorms(
    'c',
    'c is the limit of the projection on the unit vector: strength times the mean residual norm of the layer',
  ),
  options: [
    {
      name: 'side',
      label: 'Change residuals that are',
      kind: 'choice',
      default: 'above',
      choices: [
        { value: 'above', label: 'above it' },
        { value: 'below', label: 'below it' },
      ],
    },
  ],
  needs: [],
  phrase: (strength, { side }) =>
    `keeps the projection at ${strength} residual norms or ${side === 'below' ? 'above' : 'below'}`,
  tag: (name, strength, { side }) => `${name} ${side === 'below' ? '≥' : '≤'} ${strength}`,
  badge: (strength, { side }) => `${side === 'below' ? '≥' : '≤'} ${strength}`,
  effect: ({ strength, site, options }) => ({
    kind: 'cap',
    limit: strength * site.residualNorm,
    side: options.side === 'below' ? 'below' : 'above',
  }),
};
