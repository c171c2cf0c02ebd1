import { middle95 } from '../measures/interval.js';
import { uniformSource } from '../tensors/random.js';

/** How much more a direction does than random ones. */
export interface Gain {
  /** Mean over the prompts, less the mean over random directions and prompts; in the effect's unit. */
  readonly mean: number;
  /** 95 % interval of it; null where there is nothing to resample. */
  readonly interval: readonly [number, number] | null;
  /** Whether the interval lies above zero. */
  readonly works: boolean;
}

const resamples = 2000;

/**
 * Percentile bootstrap: prompts and random directions are both drawn anew with replacement, prompts the same for all, since texts of
 * one prompt have much in common. What cannot be said of a prompt (NaN) leaves it out.
 *
 * @param found one value a prompt
 * @param random one array a random direction, of the same prompts
 */
export function gainOverRandom(found: readonly number[], random: readonly (readonly number[])[], seed = 1): Gain {
  const known = found.flatMap((value, prompt) =>
    Number.isFinite(value) && random.every((values) => Number.isFinite(values[prompt])) ? [prompt] : [],
  );
  const gain = (prompts: readonly number[], directions: readonly (readonly number[])[]): number =>
    meanOf(prompts.map((prompt) => found[prompt]! - meanOf(directions.map((values) => values[prompt]!))));
  const mean = gain(known, random);
  if (known.length < 2 || random.length < 2) return { mean, interval: null, works: false };
  const chance = uniformSource(seed);
  const drawn = <Value>(values: readonly Value[]): readonly Value[] =>
    values.map(() => values[Math.floor(chance() * values.length)]!);
  const { low, high } = middle95(Array.from({ length: resamples }, () => gain(drawn(known), drawn(random))));
  return { mean, interval: [low, high], works: low > 0 };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
