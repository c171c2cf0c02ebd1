import { alignment } from '../measures/index.js';
import type { Effect } from './effect.js';
import { meanOver } from './mean-over.js';

/** Mean cosine of the generated tokens' residuals with the direction at a layer, read by the unsteered model. */
export const alignmentEffect: Effect = {
  name: 'alignment',
  label: 'Alignment at a layer',
  unit: 'cosine',
  unitMeans:
    'The cosine of the angle between a residual and the direction: 1 points along it, 0 across, −1 against it.',
  description:
    'Mean cosine with the direction over the generated tokens when the unsteered model reads the finished text, from −1 to 1.',
  of: ({ text, choice, probe, probes, layers }) =>
    meanOver(text, (token) =>
      alignment(
        text.projections[(token * probes + probe) * layers + choice.layer] ?? NaN,
        text.norms[token * layers + choice.layer] ?? NaN,
      ),
    ),
};
