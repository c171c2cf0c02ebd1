import type { Numbers } from '../tensors/vector.js';
import type { Measure } from './measure.js';

export const aucMeasure: Measure = {
  name: 'auc',
  label: 'AUC',
  unit: 'share',
  description:
    'Area under the ROC curve: the chance that a positive text lies further along the direction than a negative one. 0.5 is chance, 1 is perfect.',
};

/**
 * P(positive > negative) + ½ P(positive = negative) over all pairs: the Mann-Whitney statistic over n₊n₋, exact also with
 * ties. NaN when a side is empty. O(n log n).
 */
export function areaUnderCurve(positive: Numbers, negative: Numbers): number {
  const sorted = Float64Array.from(negative).sort();
  let wins = 0;
  for (let i = 0; i < positive.length; i++) {
    const below = countBelow(sorted, positive[i]!, false);
    const notAbove = countBelow(sorted, positive[i]!, true);
    wins += (below + notAbove) / 2;
  }
  return wins / (positive.length * negative.length);
}

/** How many of the ascending values are < limit, or ≤ limit when `orEqual`. */
function countBelow(ascending: Float64Array, limit: number, orEqual: boolean): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < limit || (orEqual && ascending[middle]! === limit)) low = middle + 1;
    else high = middle;
  }
  return low;
}
