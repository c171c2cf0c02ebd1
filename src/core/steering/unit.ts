import { norm, type Numbers } from '../tensors/vector.js';

/** factor · v/‖v‖ in double: a plan's vector may be a rounding away from unit norm. */
export function scaledUnit(vector: Numbers, factor: number): Float64Array {
  const size = norm(vector);
  return Float64Array.from(vector, (value) => (factor * value) / size);
}
