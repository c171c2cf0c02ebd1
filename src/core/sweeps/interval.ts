import { bandOf } from '../statistics/band.js';

/**
 * The 95 % interval of a mean by Student's t, for values that are independent of each other.
 *
 * @returns null for fewer than two values
 */
export function meanInterval(values: readonly number[]): readonly [number, number] | null {
  const { low, high, count } = bandOf(values);
  return count < 2 ? null : [low, high];
}
