import type { Outcome } from './trial.js';

/** An outcome with the strength that it was had at. */
export interface Observation extends Outcome {
  readonly strength: number;
}

/**
 * KL grows about with the square of the strength while it is small (it is a second-order distance), more slowly later. One
 * observation alone is extended with this power; others give their own, within bounds.
 */
const usualPower = 1.7;
const powers = [0.7, 3] as const;
/** How far beyond what was tried a strength is extended, as a factor. */
const farthest = 4;
/** What is broken counts as this many budgets at least, whatever its KL says. */
const brokenBudgets = 2;

/** What is known of one strength: the means over its texts. */
interface Level {
  readonly strength: number;
  readonly effect: number;
  readonly cost: number;
  readonly texts: number;
}

/** Whether anything can be read off an observation. */
export function isTelling({ effect, cost, texts }: Outcome): boolean {
  return Number.isFinite(effect) && Number.isFinite(cost) && texts > 0;
}

/**
 * The strength at which the cost is the budget, by straight lines between what was observed in log cost over log strength.
 *
 * @returns NaN when nothing was observed
 */
export function strengthAt(budget: number, observations: readonly Observation[]): number {
  const levels = levelsOf(budget, observations);
  const [lowest, highest] = [levels[0], levels.at(-1)];
  if (!lowest || !highest) return NaN;
  const above = levels.findIndex(({ cost }) => cost > budget);
  if (above > 0) return between(levels[above - 1]!, levels[above]!, budget);
  const [end, other] = above === 0 ? [lowest, levels[1]] : [highest, levels.at(-2)];
  const power = other ? powerOf(end, other) : usualPower;
  const factor = (budget / floored(end.cost)) ** (1 / power);
  return end.strength * Math.min(farthest, Math.max(1 / farthest, factor));
}

/** The effect at a strength: what was observed near it, taken as proportional to the strength. NaN when nothing was. */
export function effectAt(strength: number, observations: readonly Observation[]): number {
  let sum = 0;
  let weights = 0;
  for (const { strength: tried, effect, texts } of observations.filter(isTelling)) {
    const distance = Math.log(tried / strength);
    // What is half or double the strength counts a third as much; never quite nothing, so that something is said.
    const weight = texts * (Math.exp(-0.5 * (distance / 0.5) ** 2) + 1e-6);
    sum += weight * effect * Math.min(2, strength / tried);
    weights += weight;
  }
  return weights > 0 ? sum / weights : NaN;
}

/** By strength, ascending. */
function levelsOf(budget: number, observations: readonly Observation[]): readonly Level[] {
  const levels = new Map<number, Level>();
  for (const { strength, effect, cost, texts, sound } of observations.filter(isTelling)) {
    const before = levels.get(strength) ?? { strength, effect: 0, cost: 0, texts: 0 };
    const all = before.texts + texts;
    const paid = sound ? cost : Math.max(cost, brokenBudgets * budget);
    levels.set(strength, {
      strength,
      effect: (before.effect * before.texts + effect * texts) / all,
      cost: (before.cost * before.texts + paid * texts) / all,
      texts: all,
    });
  }
  return [...levels.values()].sort((a, b) => a.strength - b.strength);
}

function between(low: Level, high: Level, budget: number): number {
  return low.strength * (budget / floored(low.cost)) ** (1 / powerOf(low, high));
}

function powerOf(a: Level, b: Level): number {
  const power = Math.log(floored(b.cost) / floored(a.cost)) / Math.log(b.strength / a.strength);
  return Math.min(powers[1], Math.max(powers[0], Number.isNaN(power) ? usualPower : power));
}

/** A cost of nothing has no logarithm. */
function floored(cost: number): number {
  return Math.max(cost, 1e-6);
}
