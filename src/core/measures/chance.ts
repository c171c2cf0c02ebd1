import type { Numbers } from '../tensors/vector.js';
import { middle95, type Interval } from './interval.js';
import type { Measure } from './measure.js';

export const chanceMeasure: Measure = {
  name: 'chance',
  label: 'What chance reaches',
  unit: 'as the figure',
  description:
    'The same held-out figure for random directions (Gaussian, their sign from the training texts), and for directions found again after the sides were shuffled: mean and middle 95 %. What lies inside such a band is not the direction’s doing.',
};

/** What a control reaches: its mean, and the middle 95 % of its draws. */
export interface DrawsBand extends Interval {
  readonly mean: number;
}

/** NaN are left out. */
export function drawsBandOf(values: Numbers): DrawsBand {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    sum += values[i]!;
    count++;
  }
  return { ...middle95(values), mean: count > 0 ? sum / count : NaN };
}

/**
 * The chance of reaching at least what was observed if the sides meant nothing: (1 + draws that do) / (1 + draws), never 0
 * (Phipson and Smyth 2010, 1603.05766).
 */
export function chanceOfAtLeast(observed: number, draws: Numbers): number {
  let reached = 0;
  for (let i = 0; i < draws.length; i++) if (draws[i]! >= observed) reached++;
  return (1 + reached) / (1 + draws.length);
}
