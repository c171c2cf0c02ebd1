import { dot, type Numbers } from '../tensors/vector.js';
import type { Measure } from './measure.js';

export const explainedVarianceMeasure: Measure = {
  name: 'explained-variance',
  label: 'Explained variance',
  unit: 'share',
  description:
    'Σ (r·v̂)² / Σ ‖r‖²: the share of the rows’ squares that lies along the direction. Rows are the texts’ residuals from their common mean, or the pairs’ differences. A random direction has one part in d.',
};

/** Share of Σ‖r‖² that lies along the unit vector; NaN when all rows are zero. Centre the rows first where the variance is meant. */
export function explainedVariance(rows: readonly Numbers[], unit: Numbers): number {
  let along = 0;
  let total = 0;
  for (const row of rows) {
    along += dot(row, unit) ** 2;
    total += dot(row, row);
  }
  return total > 0 ? along / total : NaN;
}
