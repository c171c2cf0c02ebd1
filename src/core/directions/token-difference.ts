import { addScaled } from '../tensors/vector.js';
import type { WeightFinder } from './finder.js';
import { tokenVector, tokenVectorOptions } from './token.js';

/** w(positive) − w(negative): along it the logit of one token rises against the other's. */
export const tokenDifference: WeightFinder = {
  name: 'token-difference',
  label: 'Difference of two tokens',
  description:
    'The vector of one token minus that of another: in the unembedding, the direction that raises the first one’s logit against the second’s. The same vector at every layer. No texts.',
  needs: 'weights',
  options: [
    { name: 'positive', label: 'Positive token', hint: 'Leading spaces count.', kind: 'token', default: '' },
    { name: 'negative', label: 'Negative token', hint: 'Leading spaces count.', kind: 'token', default: '' },
    ...tokenVectorOptions,
  ],
  async find(weights, options) {
    const vector = await tokenVector(weights, String(options['positive']), options);
    addScaled(vector, await tokenVector(weights, String(options['negative']), options), -1);
    return { vector, layer: null };
  },
};
