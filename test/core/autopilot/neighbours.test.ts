import { expect, it } from 'vitest';
import { likenessOfArms } from '../../../src/core/autopilot/likeness.js';
import { amongNeighbours, type Seen } from '../../../src/core/autopilot/neighbours.js';

const likeness = likenessOfArms(30, (a, b) => (a === b ? 1 : 0.8));
const arms = [0, 0.1, 0.2, 0.3, 2, 0.4, 0.2, 0.1, 0, 0.1].map((effect, at): Seen => ({
  arm: { method: 'm', layers: [at * 3, at * 3] },
  effect,
  texts: 5,
}));
const effectsOf = (seen: readonly Seen[], noise: number): readonly number[] =>
  amongNeighbours(
    seen,
    seen.map(({ arm }) => arm),
    noise,
    likeness,
  ).map(({ effect }) => effect);

it('an arm that stands out still does beside one that was hardly measured near the budget', () => {
  const without = effectsOf(arms, 0.3);
  expect(without.indexOf(Math.max(...without))).toBe(4);
  const far: Seen = { arm: { method: 'n', layers: [3, 3] }, effect: 0.1, texts: 0.02 };
  const beside = effectsOf([...arms, far], 0.3);
  // A share of a text says next to nothing, so next to nothing changes.
  without.forEach((value, at) => expect(Math.abs(beside[at]! - value)).toBeLessThan(0.1));
});

it('believes what is seen where there is no chance in it', () => {
  effectsOf(arms, 0).forEach((effect, at) => expect(effect).toBeCloseTo(arms[at]!.effect, 2));
});

it('differences that chance alone would make are mostly drawn to the mean', () => {
  const effects = effectsOf(arms, 50);
  expect(Math.max(...effects) - Math.min(...effects)).toBeLessThan(0.5);
});

it('an unseen arm is expected to do what those like it do, and that is less sure the less it is like them', () => {
  const asked = ['m', 'n'].map((method) => ({ method, layers: [12, 12] as const }));
  const [same, other] = amongNeighbours(arms, asked, 0.01, likeness);
  expect(same!.effect).toBeGreaterThan(1.6);
  expect(other!.effect).toBeGreaterThan(1.2);
  expect(other!.effect).toBeLessThan(same!.effect);
  expect(other!.deviation).toBeGreaterThan(2 * same!.deviation);
});

it('has nothing to say of nothing, and one mean of what is all the same', () => {
  expect(amongNeighbours([], [arms[0]!.arm], 1, likeness)).toEqual([]);
  const same = arms.map((one) => ({ ...one, effect: 0.5 }));
  expect(effectsOf(same, 1)).toEqual(same.map(() => 0.5));
});
