import type { Numbers } from '../tensors/vector.js';
import type { Measure } from './measure.js';

export const intervalMeasure: Measure = {
  name: 'interval',
  label: '95 % interval',
  unit: 'as the figure',
  description:
    'Percentile bootstrap (Efron and Tibshirani 1993, §13.3): the held-out texts are drawn again with replacement, pairs together, and the middle 95 % of the figure’s values are the interval. With other texts of the same kind the figure would mostly lie in it.',
};

/** Both ends included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** From the 2.5 % to the 97.5 % quantile of the values; NaN for none. */
export function middle95(values: Numbers): Interval {
  return { low: quantile(values, 0.025), high: quantile(values, 0.975) };
}

/**
 * The value below which a share of the values lies, on straight lines between neighbours: type 7 of Hyndman and Fan (1996), as
 * `numpy.nanquantile` has it. NaN are left out; NaN when nothing is left.
 */
export function quantile(values: Numbers, share: number): number {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (sorted.length === 0) return NaN;
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  const high = sorted[Math.ceil(at)]!;
  return low === high ? low : low + (at - Math.floor(at)) * (high - low);
}
