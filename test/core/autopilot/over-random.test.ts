import { expect, it } from 'vitest';
import { gainOverRandom } from '../../../src/core/autopilot/over-random.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';

const prompts = 8;
const noisy = (seed: number, mean: number, deviation: number): readonly number[] =>
  [...gaussianVector(prompts, uniformSource(seed))].map((value) => mean + deviation * value);
const randomOf = (seed: number): readonly (readonly number[])[] =>
  Array.from({ length: 5 }, (_, index) => noisy(1000 * seed + index, 0, 0.1));

it('is the difference of the means, exactly, where nothing varies', () => {
  const flat = (value: number) => Array.from({ length: prompts }, () => value);
  const { mean, interval, works } = gainOverRandom(flat(0.75), [flat(0.25), flat(0.25)]);
  expect([mean, interval, works]).toEqual([0.5, [0.5, 0.5], true]);
});

it('calls a strong direction one that works, and a direction that is as random as the others mostly not', () => {
  let chance = 0;
  for (let seed = 1; seed <= 40; seed++) {
    expect(gainOverRandom(noisy(seed, 0.5, 0.1), randomOf(seed)).works).toBe(true);
    if (gainOverRandom(noisy(seed, 0, 0.1), randomOf(seed)).works) chance++;
  }
  // One sided, 2.5 % of many; few prompts make the percentile interval somewhat too short.
  expect(chance).toBeLessThanOrEqual(6);
});

it('its interval is about that of the normal approximation, and the same each time', () => {
  const [found, random] = [noisy(3, 0.3, 0.2), randomOf(3)];
  const gain = gainOverRandom(found, random);
  const differences = found.map((value, prompt) => value - random.reduce((sum, one) => sum + one[prompt]! / 5, 0));
  const mean = differences.reduce((sum, value) => sum + value / prompts, 0);
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2 / prompts, 0);
  const width = 2 * 1.96 * Math.sqrt(variance / prompts);
  expect(gain.mean).toBeCloseTo(mean, 12);
  // Random directions are drawn anew too, which widens it a little.
  expect(gain.interval![1] - gain.interval![0]).toBeGreaterThan(0.85 * width);
  expect(gain.interval![1] - gain.interval![0]).toBeLessThan(1.4 * width);
  expect(gainOverRandom(found, random)).toEqual(gain);
});

it('leaves out prompts of which nothing can be said, and says nothing of a single one', () => {
  const random = [
    [0, 0, 0],
    [0, 0, NaN],
  ];
  expect(gainOverRandom([1, 1, 99], random).mean).toBe(1);
  expect(gainOverRandom([1, NaN, 99], random)).toEqual({ mean: 1, interval: null, works: false });
  expect(gainOverRandom([], []).works).toBe(false);
});
