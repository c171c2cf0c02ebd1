import { addScaled, dot } from './vector.js';

/** Steps at most; rounding makes more than the number of unknowns useful at times. */
const mostSteps = 1000;

/**
 * x with A x = b for a symmetric positive definite A that is only ever multiplied with (Hestenes and Stiefel 1952), until
 * what is left of b is at most `rest`. Where A turns out not to be positive along a step, x as far as it came.
 */
export function conjugateGradients(
  product: (vector: Float64Array) => Float64Array,
  b: Float64Array,
  rest: number,
): Float64Array {
  const x = new Float64Array(b.length);
  const left = Float64Array.from(b);
  const direction = Float64Array.from(b);
  let squared = dot(left, left);
  for (let step = 0; step < mostSteps && Math.sqrt(squared) > rest; step++) {
    const image = product(direction);
    const bend = dot(direction, image);
    if (!(bend > 0)) break;
    const length = squared / bend;
    addScaled(x, direction, length);
    addScaled(left, image, -length);
    const next = dot(left, left);
    for (let i = 0; i < direction.length; i++) direction[i] = left[i]! + (next / squared) * direction[i]!;
    squared = next;
  }
  return x;
}
