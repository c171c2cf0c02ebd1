import type { Outcome } from './trial.js';

/** An outcome with the strength that it was had at. */
export interface Observation extends Outcome {
  readonly strength: number;
}

/**
 * KL grows about with the square of the strength while it is small (it is a second-order distance), more slowly later. One
 * observation alone is extended with this power; more of them give their own, within bounds.
 */
const usualPower = 1.7;
const powers = [0.7, 3] as const;
/** How much is believed in the usual power, in texts times squared log strength: two strengths that differ by little say little. */
const belief = 0.4;
/** Observations count less by how far their cost is from the budget, in units of this in log cost. */
const nearCost = Math.log(2);
/** How far beyond what was tried a strength is extended, as a factor. */
const farthest = 4;
/** What is broken counts as this many budgets at least, whatever its KL says. */
const brokenBudgets = 2;
/** Never quite nothing, so that something is said where all observations are far. */
const leastWeight = 1e-6;

/** Whether anything can be read off an observation. */
export function isTelling({ effect, cost, texts }: Outcome): boolean {
  return Number.isFinite(effect) && Number.isFinite(cost) && texts > 0;
}

/**
 * The strength at which the cost is the budget: log cost as a straight line over log strength through what was observed near the
 * budget, by least squares with a belief in the usual power.
 *
 * @returns NaN when nothing was observed
 */
export function strengthAt(budget: number, observations: readonly Observation[]): number {
  const points = observations.filter(isTelling).map(({ strength, cost, texts, sound }) => {
    const x = Math.log(strength);
    // A cost of nothing has no logarithm.
    const y = Math.log(Math.max(sound ? cost : Math.max(cost, brokenBudgets * budget), 1e-6) / budget);
    return { x, y, weight: texts * (gaussian(y / nearCost) + leastWeight) };
  });
  const all = points.reduce((sum, { weight }) => sum + weight, 0);
  if (!(all > 0)) return NaN;
  const mean = (of: (point: (typeof points)[number]) => number): number =>
    points.reduce((sum, point) => sum + point.weight * of(point), 0) / all;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const covariance = all * mean((point) => (point.x - x) * (point.y - y));
  const variance = all * mean((point) => (point.x - x) ** 2);
  const power = (covariance + belief * usualPower) / (variance + belief);
  const strength = Math.exp(x - y / Math.min(powers[1], Math.max(powers[0], power)));
  const tried = points.map((point) => Math.exp(point.x));
  return Math.min(farthest * Math.max(...tried), Math.max(Math.min(...tried) / farthest, strength));
}

/** How many texts say something of a strength: those that were written near it. */
export function textsNear(strength: number, observations: readonly Observation[]): number {
  return observations
    .filter(isTelling)
    .reduce((sum, { strength: tried, texts }) => sum + nearness(tried, strength) * texts, 0);
}

/** The effect at a strength: what was observed near it, taken as proportional to the strength. NaN when nothing was. */
export function effectAt(strength: number, observations: readonly Observation[]): number {
  let sum = 0;
  let weights = 0;
  for (const { strength: tried, effect, texts } of observations.filter(isTelling)) {
    const weight = texts * nearness(tried, strength);
    sum += weight * effect * Math.min(2, strength / tried);
    weights += weight;
  }
  return weights > 0 ? sum / weights : NaN;
}

/** What was tried at half or double the strength counts less than half as much. */
function nearness(tried: number, strength: number): number {
  return gaussian(Math.log(tried / strength) / 0.5) + leastWeight;
}

function gaussian(distance: number): number {
  return Math.exp(-0.5 * distance ** 2);
}
