import { norm, type Numbers } from '../tensors/vector.js';
import type { Measure } from './measure.js';

export const residualDriftMeasure: Measure = {
  name: 'residual-drift',
  label: 'Residual drift',
  unit: 'share of the norm',
  description:
    'How far steering moved a residual, ‖x steered − x unsteered‖ / ‖x unsteered‖, on the same text. 0 is unmoved. At a layer that is added to it includes what is added.',
};

/** ‖x_s − x_b‖ / ‖x_b‖; NaN for an unsteered residual of zero. */
export function residualDrift(steered: Numbers, unsteered: Numbers): number {
  let squares = 0;
  for (let i = 0; i < unsteered.length; i++) squares += (steered[i]! - unsteered[i]!) ** 2;
  const length = norm(unsteered);
  return length > 0 ? Math.sqrt(squares) / length : NaN;
}
