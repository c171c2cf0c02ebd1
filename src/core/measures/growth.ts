import { bandOf } from '../statistics/band.js';
import { studentReach } from '../statistics/student.js';
import type { Numbers } from '../tensors/vector.js';
import type { Measure } from './measure.js';

export const growthMeasure: Measure = {
  name: 'growth',
  label: 'Growth by token',
  unit: 'nats a token, of the logarithm',
  description:
    'Slope of the straight line through ln KL against the token’s position, by least squares: above 0 an early difference grows, below 0 it fades.',
};

/** A straight line through ln y, so an exponential through y. */
export interface Growth {
  /** Of ln y a token, with its 95 % interval. */
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  /** The line's y at the first and at the last position. */
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
  /** Texts that it is of. */
  readonly texts: number;
}

export interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** Standard error of the slope. */
  readonly error: number;
  readonly count: number;
}

/** Values up to this are rounding of the model's fp32, and not taken. */
const rounding = 1e-6;
/** A line through fewer points says nothing. */
const fewestPoints = 4;

/** Ordinary least squares of y against x. */
export function lineThrough(x: Numbers, y: Numbers): Line {
  const count = x.length;
  let [meanX, meanY] = [0, 0];
  for (let i = 0; i < count; i++) {
    meanX += x[i]! / count;
    meanY += y[i]! / count;
  }
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    xx += (x[i]! - meanX) ** 2;
    xy += (x[i]! - meanX) * (y[i]! - meanY);
    yy += (y[i]! - meanY) ** 2;
  }
  const slope = xy / xx;
  const left = Math.max(0, yy - slope * xy);
  return { slope, intercept: meanY - slope * meanX, error: Math.sqrt(left / (count - 2) / xx), count };
}

/**
 * How a positive figure grows along texts, one series a text. A line is laid through the logarithm of each; slope and
 * interval are those of the texts' slopes (Student's t), since neighbouring tokens of one text are no independent
 * measurements. Of a single text there are only those: its line's own interval, which is too narrow.
 *
 * @returns null where no series has enough positive values
 */
export function growthOf(series: readonly Numbers[]): Growth | null {
  const lines = series.flatMap((values) => {
    const at = Array.from({ length: values.length }, (_, i) => i).filter((i) => values[i]! > rounding);
    if (at.length < fewestPoints) return [];
    const line = lineThrough(
      at,
      at.map((i) => Math.log(values[i]!)),
    );
    return [{ ...line, first: at[0]!, last: at.at(-1)! }];
  });
  if (lines.length === 0) return null;
  const slopes = bandOf(lines.map(({ slope }) => slope));
  const intercept = bandOf(lines.map((line) => line.intercept)).mean;
  const alone = lines[0]!;
  const reach = lines.length > 1 ? slopes.high - slopes.mean : studentReach(0.95, alone.count - 2) * alone.error;
  const first = Math.min(...lines.map((line) => line.first));
  const last = Math.max(...lines.map((line) => line.last));
  return {
    slope: slopes.mean,
    low: slopes.mean - reach,
    high: slopes.mean + reach,
    from: Math.exp(intercept + slopes.mean * first),
    to: Math.exp(intercept + slopes.mean * last),
    first,
    last,
    texts: lines.length,
  };
}
