import type { Numbers } from '../tensors/vector.js';
import type { Measure } from './measure.js';

export const accuracyMeasure: Measure = {
  name: 'accuracy',
  label: 'Accuracy',
  unit: 'share',
  description: 'Share of texts on the right side of the midpoint between the two sides’ means. 0.5 is chance.',
};

/** Share of positives above and negatives below the midpoint; exactly on it counts one half. NaN when both are empty. */
export function accuracyAt(midpoint: number, positive: Numbers, negative: Numbers): number {
  let right = 0;
  for (let i = 0; i < positive.length; i++) right += stepAt(positive[i]! - midpoint);
  for (let i = 0; i < negative.length; i++) right += stepAt(midpoint - negative[i]!);
  return right / (positive.length + negative.length);
}

function stepAt(distance: number): number {
  return distance > 0 ? 1 : distance === 0 ? 0.5 : 0;
}
