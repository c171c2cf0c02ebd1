import type { FinderInput, HeadFinder } from './finder.js';
import { logisticProbe } from './logistic-probe.js';
import { meanDifference } from './mean-difference.js';

/** C of the probes: scikit-learn's default, which the source uses. */
const inverseRegularisation = 1;

function probe(input: FinderInput): Float64Array {
  return logisticProbe.find({ ...input, options: { C: inverseRegularisation } });
}

/**
 * Inference-Time Intervention of Li et al. 2306.03341: to the outputs of the heads whose logistic probes tell held-out texts
 * apart best, ασθ̂ is added, θ̂ the unit direction of the head and σ the standard deviation of all texts' projections on it.
 * The source takes 48 heads of 1,024, and the mean shift steered better there than the probe's weights.
 */
export const headIntervention: HeadFinder = {
  name: 'head-intervention',
  label: 'Attention heads (ITI)',
  description:
    'σθ̂ in the attention heads that tell the sides apart best (Inference-Time Intervention, Li et al. 2306.03341), written where attention adds to the stream, which is the same. Its natural size is that of α = 1 in the paper.',
  needs: 'heads',
  takes: ['pairs', 'lists', 'systems', 'personas'],
  hook: 'attn_out',
  fewest: 2,
  options: [
    {
      name: 'heads',
      label: 'Heads',
      hint: 'How many of all layers’ heads, the best first.',
      kind: 'number',
      default: 8,
      min: 1,
      max: 4096,
      step: 1,
    },
    {
      name: 'direction',
      label: 'Direction in a head',
      kind: 'choice',
      default: 'shift',
      choices: [
        { value: 'shift', label: 'From mean to mean' },
        { value: 'probe', label: 'The probe’s weights' },
      ],
    },
  ],
  probe,
  find(input) {
    return input.options['direction'] === 'probe' ? probe(input) : meanDifference.find(input);
  },
};
