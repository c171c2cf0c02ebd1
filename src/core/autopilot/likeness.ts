import type { FittedDirection } from '../directions/direction.js';
import { norm, subtract } from '../tensors/vector.js';
import type { Arm } from './trial.js';

/** How much of what is said of one arm holds for another: 1 for the same, towards 0 for those that have nothing in common. */
export type Likeness = (a: Arm, b: Arm) => number;

/** Layers this far apart have little to say of each other, as a share of the model's layers. */
const reach = 0.15;

/**
 * Of arms: falls off with the distance of the places' centres and of their widths, and is less across methods.
 *
 * @param layers of the model
 * @param methods how alike the directions are that two methods found
 */
export function likenessOfArms(layers: number, methods: (a: string, b: string) => number): Likeness {
  return (a, b) => {
    const apart = (a.layers[0] + a.layers[1] - b.layers[0] - b.layers[1]) / 2;
    const wider = a.layers[1] - a.layers[0] - (b.layers[1] - b.layers[0]);
    const distance = apart ** 2 + (wider / 2) ** 2;
    return Math.exp(-0.5 * (distance / (reach * layers) ** 2)) * methods(a.method, b.method);
  };
}

/**
 * Of directions: the exponential kernel of the distance of their unit vectors, exp(−‖v̂ − ŵ‖) (Rasmussen and Williams 2006, sec. 4.2.1), mean
 * over the layers that both have. So 0.87 where their cosine is 0.99, and 0.64 where it is 0.9. 0 when no layer is common.
 */
export function likenessOfDirections(a: FittedDirection, b: FittedDirection): number {
  const common = a.layers.flatMap(({ layer, vector }) => {
    const other = b.layers.find((one) => one.layer === layer);
    return other ? [Math.exp(-norm(subtract(vector, other.vector)))] : [];
  });
  return common.length > 0 ? common.reduce((sum, value) => sum + value, 0) / common.length : 0;
}
