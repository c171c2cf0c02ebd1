import { bandOf } from '../statistics/band.js';
import { studentReach } from '../statistics/student.js';

/**
 * The 95 % interval of a mean by Student's t, for values that are independent of each other.
 *
 * @returns null for fewer than two values
 */
export function meanInterval(values: readonly number[]): readonly [number, number] | null {
  const { low, high, count } = bandOf(values);
  return count < 2 ? null : [low, high];
}

/** How wide {@link meanInterval} is to be expected over more values that spread alike, as a share of what it is now: t₂ √n₁ / (t₁ √n₂). */
export function expectedWidth(values: number, more: number): number {
  const reach = (count: number): number => studentReach(0.95, count - 1) / Math.sqrt(count);
  return reach(more) / reach(values);
}
