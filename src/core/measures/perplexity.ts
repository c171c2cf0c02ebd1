import type { Numbers } from '../tensors/vector.js';
import type { Measure } from './measure.js';

export const perplexityMeasure: Measure = {
  name: 'perplexity',
  label: 'Perplexity',
  unit: 'tokens',
  description:
    'exp of the mean −ln p of the text’s tokens under the unsteered model: between how many equally likely tokens it would have hesitated. 1 is certain.',
};

/** exp(mean of −ln p) from negative log likelihoods in nats; NaN for none. */
export function perplexity(negativeLogLikelihoods: Numbers): number {
  let sum = 0;
  for (let i = 0; i < negativeLogLikelihoods.length; i++) sum += negativeLogLikelihoods[i]!;
  return Math.exp(sum / negativeLogLikelihoods.length);
}
