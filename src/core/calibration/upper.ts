import type { CostPoint } from './point.js';

/** Share of texts that may cost more than what {@link upperCosts} says. */
export const shareAbove = 0.1;

/** The standard normal distribution has this share, {@link shareAbove}, above it: scipy.stats.norm.isf(0.1). */
const deviations = 1.2815515655446004;

/** Costs below it are counted as it: their logarithms say nothing. Nats. */
const least = 1e-6;

/**
 * What nine of ten texts stay within at each point, nats. The costs of a point's texts are taken as log-normal, since they
 * spread by a factor rather than by an amount; one spread s is pooled from all points, each about its own mean m of n texts:
 *
 *     exp(m + z·s·√(1 + 1/n)),  z the 0.9 quantile of the standard normal
 *
 * which is the upper limit of a prediction interval for one more text (Hahn and Meeker, Statistical Intervals, §4), with z in
 * the place of Student's t. 0 where no text costs anything; NaN where a text's cost is not known.
 */
export function upperCosts(points: readonly CostPoint[]): readonly number[] {
  const logs = points.map(({ kl }) => kl.map((value) => Math.log(Math.max(value, least))));
  const means = logs.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  let squares = 0;
  let freedom = 0;
  logs.forEach((values, at) => {
    // A point that is not finite says nothing about the others.
    if (!Number.isFinite(means[at]!) || points[at]!.kl.every((value) => value <= least)) return;
    for (const value of values) squares += (value - means[at]!) ** 2;
    freedom += values.length - 1;
  });
  const spread = freedom > 0 ? Math.sqrt(squares / freedom) : 0;
  return points.map(({ kl }, at) => {
    if (kl.length > 0 && kl.every((value) => value <= least)) return Math.max(...kl);
    return Math.exp(means[at]! + deviations * spread * Math.sqrt(1 + 1 / kl.length));
  });
}
