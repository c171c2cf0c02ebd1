import { dot, type Numbers } from '../tensors/vector.js';
import { quantile } from './interval.js';
import type { Measure } from './measure.js';

export const stabilityMeasure: Measure = {
  name: 'stability',
  label: 'Stability',
  unit: 'cosine',
  description:
    'Cosine between directions that are found from texts drawn again with replacement, over all pairs of draws: 1 is the same direction whatever texts of this kind are taken, 0 another one each time.',
};

export interface Stability {
  /** Mean cosine of all pairs of draws. */
  readonly mean: number;
  /** Its 5 % quantile. */
  readonly low: number;
  /** How many draws gave a direction. */
  readonly draws: number;
}

/** Of unit vectors [n] of [d]; NaN for fewer than two. */
export function stabilityOf(units: readonly Numbers[]): Stability {
  const cosines = units.flatMap((unit, i) => units.slice(0, i).map((other) => dot(unit, other)));
  const mean = cosines.length > 0 ? cosines.reduce((sum, value) => sum + value, 0) / cosines.length : NaN;
  return { mean, low: quantile(cosines, 0.05), draws: units.length };
}
