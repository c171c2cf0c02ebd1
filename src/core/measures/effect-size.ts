import type { Numbers } from '../tensors/vector.js';
import type { Measure } from './measure.js';

export const effectSizeMeasure: Measure = {
  name: 'effect-size',
  label: 'Effect size',
  unit: 'standard deviations',
  description:
    'Cohen’s d: the difference of the two sides’ means over their pooled standard deviation. 0.8 and more is called large.',
};

/**
 * (mean₊ − mean₋) / s with s² = (SS₊ + SS₋)/(n₊ + n₋ − 2), sums of squares about each mean (Cohen 1988, §2.5).
 * NaN when a side is empty, both have one value, or nothing varies.
 */
export function cohensD(positive: Numbers, negative: Numbers): number {
  const a = momentsOf(positive);
  const b = momentsOf(negative);
  const variance = (a.squares + b.squares) / (positive.length + negative.length - 2);
  return variance > 0 ? (a.mean - b.mean) / Math.sqrt(variance) : NaN;
}

function momentsOf(values: Numbers): { mean: number; squares: number } {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]! / values.length;
  if (values.length === 0) mean = NaN;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return { mean, squares };
}
