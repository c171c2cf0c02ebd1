import type { Numbers } from '../tensors/vector.js';
import { studentReach } from './student.js';

/** A mean with its 95 % interval. */
export interface Band {
  readonly mean: number;
  /** NaN for fewer than two values: one says nothing of how far they spread. */
  readonly low: number;
  readonly high: number;
  /** How many values it is of. */
  readonly count: number;
}

const share = 0.95;
/** By degrees of freedom: the positions of a text mostly have as many values. */
const reaches = new Map<number, number>();

function reachOf(degrees: number): number {
  const reach = reaches.get(degrees) ?? studentReach(share, degrees);
  reaches.set(degrees, reach);
  return reach;
}

/** mean ± t s/√n with Student's t of n − 1 degrees of freedom; values that are not finite are left out. */
export function bandOf(values: Numbers): Band {
  const known = Array.from({ length: values.length }, (_, i) => values[i]!).filter(Number.isFinite);
  const count = known.length;
  const mean = count > 0 ? known.reduce((sum, value) => sum + value, 0) / count : NaN;
  if (count < 2) return { mean, low: NaN, high: NaN, count };
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const reach = reachOf(count - 1) * Math.sqrt(variance / count);
  return { mean, low: mean - reach, high: mean + reach, count };
}

/** The band at each position, of the series that reach it. */
export function bandsAlong(series: readonly Numbers[]): readonly Band[] {
  const length = Math.max(0, ...series.map((values) => values.length));
  return Array.from({ length }, (_, position) =>
    bandOf(series.flatMap((values) => (position < values.length ? [values[position]!] : []))),
  );
}

/** The band of something that grows with the value, such as exp. */
export function mapBand({ mean, low, high, count }: Band, to: (value: number) => number): Band {
  return { mean: to(mean), low: to(low), high: to(high), count };
}
