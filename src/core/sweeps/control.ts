import type { FittedDirection } from '../directions/direction.js';
import { random } from '../directions/random.js';

/**
 * A random direction in the place of a fitted one: unit vectors at the same layers and the same hook, with the same residual
 * norms, so that a strength moves the residual as far. It has no sides.
 *
 * @param seed another seed, another direction
 */
export function randomLike({ model, hook, layers }: FittedDirection, seed: number): FittedDirection {
  const options = { seed };
  return {
    model,
    hook,
    source: { method: random.name, options, texts: null },
    layers: layers.map(({ layer, residualNorm }) => ({
      layer,
      vector: Float32Array.from(random.find({ width: model.width, layer, options })),
      scale: 1,
      residualNorm,
      separation: null,
    })),
  };
}
