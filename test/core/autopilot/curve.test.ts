import { expect, it } from 'vitest';
import { effectAt, strengthAt, type Observation } from '../../../src/core/autopilot/curve.js';

const seen = (strength: number, cost: number, effect = strength, sound = true): Observation => ({
  strength,
  cost,
  effect,
  texts: 4,
  sound,
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
  expect(effectAt(0.5, [seen(0.5, 1, NaN)])).toBeNaN();
  expect(strengthAt(1.5, [seen(0.5, 1.5), seen(0.1, NaN)])).toBeCloseTo(0.5, 12);
});

it('a cost of nothing asks for more strength', () => {
  expect(strengthAt(1.5, [seen(0.5, 0)])).toBeCloseTo(2, 12);
});

it('takes the effect as proportional to the strength near what was observed', () => {
  expect(effectAt(0.6, [seen(0.5, 1, 1)])).toBeCloseTo(1.2, 12);
  // The nearer of two counts more.
  expect(effectAt(0.5, [seen(0.5, 1, 1), seen(1.5, 4, 9)])).toBeLessThan(1.2);
});
