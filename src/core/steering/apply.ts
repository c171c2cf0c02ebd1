import { addScaled, dot } from '../tensors/vector.js';
import type { LayerIntervention } from './intervention.js';

/**
 * What a hook does to one residual: x' = x + b + (x U) V, in double and rounded once. The reference that the graph's own
 * arithmetic is tested against.
 *
 * @param residual x [d], left as it is
 */
export function applyIntervention(residual: Float32Array, intervention: LayerIntervention): Float32Array {
  const { bias, rank, read, write } = intervention;
  const width = residual.length;
  const result = Float64Array.from(residual);
  addScaled(result, bias, 1);
  for (let k = 0; k < rank; k++) {
    const row = [k * width, (k + 1) * width] as const;
    addScaled(result, write.subarray(...row), dot(residual, read.subarray(...row)));
  }
  return Float32Array.from(result);
}
