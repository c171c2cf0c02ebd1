import { gaussianVector, uniformSource } from '../tensors/random.js';
import { norm } from '../tensors/vector.js';
import type { Finder } from './finder.js';
import { meanDifference } from './mean-difference.js';

/** A seeded Gaussian direction, as long as the mean difference and independent at each layer. */
export const random: Finder = {
  name: 'random',
  label: 'Random (control)',
  description:
    'A seeded Gaussian direction that knows nothing of the texts. The control for every claim: what it does too is not the direction’s doing.',
  takes: ['pairs', 'lists', 'prompts', 'systems', 'personas'],
  defaults: { seed: 0 },
  find(input) {
    const length = norm(meanDifference.find(input));
    const seed = Math.imul(Number(input.options['seed']), 0x9e3779b1) + input.layer;
    const vector = gaussianVector(input.positive[0]!.length, uniformSource(seed));
    const factor = length / norm(vector);
    return vector.map((value) => value * factor);
  },
};
