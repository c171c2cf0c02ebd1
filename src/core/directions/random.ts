import { gaussianVector, uniformSource } from '../tensors/random.js';
import { norm } from '../tensors/vector.js';
import type { FreeFinder } from './finder.js';

/** A seeded Gaussian direction, normalised and independent at each layer. */
export const random: FreeFinder = {
  name: 'random',
  label: 'Random (control)',
  description:
    'A seeded Gaussian direction that knows of no texts. The control for every claim: what it does too is not the direction’s doing.',
  needs: 'nothing',
  options: [
    {
      name: 'seed',
      label: 'Seed',
      hint: 'Another seed, another direction.',
      kind: 'number',
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      step: 1,
    },
  ],
  find({ width, layer, options }) {
    const seed = Math.imul(Number(options['seed']), 0x9e3779b1) + layer;
    const vector = gaussianVector(width, uniformSource(seed));
    const length = norm(vector);
    return vector.map((value) => value / length);
  },
};
