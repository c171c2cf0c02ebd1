import { expect, it } from 'vitest';
import { gainsAt, strengthAt, type Observation } from '../../../src/core/autopilot/curve.js';

const seen = (strength: number, cost: number, effect = strength, sound = true): Observation => ({
  strength,
  cost,
  effect,
  texts: 2,
  sound,
  prompts: [3, 7],
  gains: [effect, effect],
});

it('extends one observation with the usual power of 1.7, and not beyond four times', () => {
  expect(strengthAt(2, [seen(0.5, 1)])).toBeCloseTo(0.5 * 2 ** (1 / 1.7), 12);
  expect(strengthAt(1000, [seen(0.5, 1)])).toBeCloseTo(2, 12);
  expect(strengthAt(0.001, [seen(0.5, 1)])).toBeCloseTo(0.125, 12);
});

it.each([1.2, 1.7, 2.4])('comes to the strength of a pure power of %f by trying what it says', (power) => {
  const cost = (strength: number): number => 6 * strength ** power;
  const observations = [seen(0.3, cost(0.3))];
  for (let round = 0; round < 4; round++) {
    const strength = strengthAt(1.5, observations);
    observations.push(seen(strength, cost(strength)));
  }
  expect(observations.at(-1)!.strength).toBeCloseTo((1.5 / 6) ** (1 / power), 2);
});

it('two strengths that hardly differ do not turn the line', () => {
  const strength = strengthAt(1.5, [seen(0.3, 1.2), seen(0.31, 1.1)]);
  expect(strength).toBeGreaterThan(0.31);
  expect(strength).toBeLessThan(0.42);
});

it('what is broken was too strong, whatever it cost', () => {
  expect(strengthAt(1.5, [seen(0.5, 0.4, 1, false)])).toBeLessThan(0.5);
});

it('says nothing of nothing, and passes over what is not a number', () => {
  expect(strengthAt(1.5, [])).toBeNaN();
  expect(strengthAt(1.5, [seen(0.5, NaN)])).toBeNaN();
  expect(gainsAt(0.5, [seen(0.5, 1, NaN)])).toEqual([]);
  expect(strengthAt(1.5, [seen(0.5, 1.5), seen(0.1, NaN)])).toBeCloseTo(0.5, 12);
});

it('a cost of nothing asks for more strength', () => {
  expect(strengthAt(1.5, [seen(0.5, 0)])).toBeCloseTo(2, 12);
});

it('takes the effect as proportional to the strength near what was observed, prompt by prompt', () => {
  const gains = gainsAt(0.6, [seen(0.5, 1, 1)]);
  expect(gains.map(({ prompt }) => prompt)).toEqual([3, 7]);
  gains.forEach(({ gain, weight }) => {
    expect(gain).toBeCloseTo(1.2, 12);
    expect(weight).toBeLessThan(1);
  });
  // The nearer of two counts more, and a prompt that was written twice counts as one.
  const [twice] = gainsAt(0.5, [seen(0.5, 1, 1), seen(1.5, 4, 9)]);
  expect(twice!.gain).toBeLessThan(1.2);
  expect(twice!.weight).toBeCloseTo(1, 5);
});

it('passes over the text of which nothing can be said', () => {
  expect(gainsAt(0.5, [{ ...seen(0.5, 1), gains: [NaN, 0.4] }]).map(({ prompt }) => prompt)).toEqual([7]);
});
