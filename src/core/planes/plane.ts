import { addScaled, dot, norm, type Numbers } from '../tensors/vector.js';

/** A plane in the residual stream of one layer: what is drawn in it is x·û + y·ŵ, seen from `origin`. */
export interface Plane {
  /** Where (0, 0) lies: the mean residual of the contrast texts, or zero where there are none, [d]. */
  readonly origin: Float32Array;
  /** û and ŵ, orthonormal, [d] each. */
  readonly axes: readonly [Float32Array, Float32Array];
}

/** A point or an arrow's tip in a plane, in the unit of the residuals. */
export interface PlanePoint {
  readonly x: number;
  readonly y: number;
}

/** Where a displacement lies in the plane: x = v·û, y = v·ŵ. The origin does not matter to it. */
export function shadowOf({ axes: [u, w] }: Plane, displacement: Numbers): PlanePoint {
  return { x: dot(displacement, u), y: dot(displacement, w) };
}

/** Where a residual lies in the plane, from its origin. */
export function projected(plane: Plane, residual: Numbers): PlanePoint {
  const [point, origin] = [shadowOf(plane, residual), shadowOf(plane, plane.origin)];
  return { x: point.x - origin.x, y: point.y - origin.y };
}

/** What an arrow from the origin stands for at the model's width: x·û + y·ŵ, [d], in double. */
export function lifted({ axes: [u, w] }: Plane, { x, y }: PlanePoint): Float64Array {
  const vector = new Float64Array(u.length);
  addScaled(vector, u, x);
  addScaled(vector, w, y);
  return vector;
}

/** How much of a direction lies in the plane: ‖P v‖²/‖v‖², 0…1. */
export function shareInside(plane: Plane, direction: Numbers): number {
  const { x, y } = shadowOf(plane, direction);
  return (x * x + y * y) / dot(direction, direction);
}

/**
 * A unit vector turned in the plane by `angle` radians from û towards ŵ: v − Pv + R Pv. What of it lies outside of the plane
 * stays as it is, so that a turn by nothing gives the same vector and a vector in the plane stays there.
 *
 * @returns a unit vector [d], in double
 */
export function turned(plane: Plane, unit: Numbers, angle: number): Float64Array {
  const { x, y } = shadowOf(plane, unit);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const vector = Float64Array.from(unit);
  addScaled(vector, plane.axes[0], cos * x - sin * y - x);
  addScaled(vector, plane.axes[1], sin * x + cos * y - y);
  const length = norm(vector);
  return vector.map((value) => value / length);
}
