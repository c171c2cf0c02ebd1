import { toEnd } from '../steps.js';
import { positiveSolutionSteps } from '../tensors/cholesky.js';
import type { Arm } from './trial.js';

/** How much more of the effect an arm seems to have, and from how many texts that is read. */
export interface Seen {
  readonly arm: Arm;
  readonly effect: number;
  readonly texts: number;
}

/** Layers this far apart have little to say of each other, as a share of the model's layers. */
const reach = 0.15;
/** How much of what one method says of a place holds for another. */
const acrossMethods = 0.8;

/**
 * What arms do, with what is seen of their neighbours taken into account: a few texts of one arm are mostly luck, but
 * layers beside each other do similar things, and methods that find similar directions too. The posterior mean of a Gaussian
 * process (Rasmussen and Williams 2006, eq. 2.25) around the mean of all arms; its kernel falls off with the distance of the
 * places' centres and of their widths.
 *
 * @param noise variance of the effect of one text
 * @param layers of the model
 * @returns in the order of `seen`
 */
export function amongNeighbours(seen: readonly Seen[], noise: number, layers: number): readonly number[] {
  const count = seen.length;
  const texts = seen.reduce((sum, one) => sum + one.texts, 0);
  const mean = seen.reduce((sum, one) => sum + one.texts * one.effect, 0) / texts;
  // By texts, as the mean is: what is read far from the budget counts for little, and a share of a text has endless luck.
  const spread = seen.reduce((sum, one) => sum + one.texts * (one.effect - mean) ** 2, 0) / texts;
  const luck = (noise * count) / texts;
  // What differs beyond luck; never quite nothing, so that arms are told apart at all.
  const variance = Math.max(spread - luck, 0.1 * spread);
  if (!(noise > 0) || !(variance > 0)) return seen.map(({ effect }) => effect);
  const kernel = (a: Arm, b: Arm): number => variance * likeness(a, b, layers);
  const matrix = seen.map((a, i) =>
    Float64Array.from(seen, (b, j) => kernel(a.arm, b.arm) + (i === j ? noise / a.texts : 0)),
  );
  const weights = toEnd(
    positiveSolutionSteps(
      matrix,
      Float64Array.from(seen, ({ effect }) => effect - mean),
    ),
  );
  return seen.map((a) => mean + seen.reduce((sum, b, j) => sum + kernel(a.arm, b.arm) * weights[j]!, 0));
}

/** 1 for the same arm, towards 0 for those that are far apart. */
function likeness(a: Arm, b: Arm, layers: number): number {
  const apart = (a.layers[0] + a.layers[1] - b.layers[0] - b.layers[1]) / 2;
  const wider = a.layers[1] - a.layers[0] - (b.layers[1] - b.layers[0]);
  const distance = apart ** 2 + (wider / 2) ** 2;
  return Math.exp(-0.5 * (distance / (reach * layers) ** 2)) * (a.method === b.method ? 1 : acrossMethods);
}
