import type { Measure } from './measure.js';

export const alignmentMeasure: Measure = {
  name: 'alignment',
  label: 'Alignment',
  unit: 'cosine',
  description:
    'Cosine between a residual and the direction, (h·v̂)/‖h‖, from −1 to 1. The projection is the dot product h·v̂ itself.',
};

/** (h·v̂)/‖h‖, from the projection h·v̂ on a unit vector and the norm ‖h‖; 0 for a zero residual, NaN where there is no projection. */
export function alignment(projection: number, residualNorm: number): number {
  if (Number.isNaN(projection)) return NaN;
  return residualNorm === 0 ? 0 : Math.max(-1, Math.min(1, projection / residualNorm));
}
