import type { PromptGain } from './pairing.js';
import type { Outcome, Trial } from './trial.js';

/** An outcome with the strength and the prompts that it was had at. */
export type Observation = Outcome & Pick<Trial, 'strength' | 'prompts'>;

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

/**
 * What texts say of a strength, one value a prompt: what was observed near it, taken as proportional to the strength. A prompt that was
 * written at two strengths still counts as one, since what it tells is much the same.
 */
export function gainsAt(strength: number, observations: readonly Observation[]): readonly PromptGain[] {
  const byPrompt = new Map<number, { sum: number; weights: number; weight: number }>();
  for (const { strength: tried, prompts, gains } of observations.filter(isTelling)) {
    const near = nearness(tried, strength);
    for (const [index, gain] of gains.entries()) {
      if (!Number.isFinite(gain)) continue;
      const { sum, weights, weight } = byPrompt.get(prompts[index]!) ?? { sum: 0, weights: 0, weight: 0 };
      byPrompt.set(prompts[index]!, {
        sum: sum + near * gain * Math.min(2, strength / tried),
        weights: weights + near,
        weight: Math.max(weight, near),
      });
    }
  }
  return [...byPrompt].map(([prompt, { sum, weights, weight }]) => ({ prompt, gain: sum / weights, weight }));
}

/** What was tried at half or double the strength counts less than half as much. */
function nearness(tried: number, strength: number): number {
  return gaussian(Math.log(tried / strength) / 0.5) + leastWeight;
}

function gaussian(distance: number): number {
  return Math.exp(-0.5 * distance ** 2);
}
