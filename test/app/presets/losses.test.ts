import { expect, it } from 'vitest';
import { thresholds, type VerdictLimits } from '../../../src/core/measures/index.js';
import { lossesBy } from '../../../src/app/presets/losses.js';

const limitedTo = (strained: number, broken: number): VerdictLimits => ({
  ...thresholds,
  meanKl: { strained, broken },
});

it.each([
  [1.5, 5, [0.75, 1.5, 3]],
  [0.4, 5, [0.2, 0.4, 0.8]],
  // Broken begins before twice the budget.
  [0.4, 0.5, [0.2, 0.4, 0.5]],
  [0.4, 0.4, [0.2, 0.4, 0.4]],
])('what may be lost follows the limits: strained from %d, broken from %d', (strained, broken, budgets) => {
  const { careful, moderate, bold } = lossesBy(limitedTo(strained, broken));
  expect([careful, moderate, bold].map(({ budget }) => budget)).toEqual(budgets);
});

it('says which limit bold goes up to', () => {
  expect(lossesBy(limitedTo(0.4, 5)).bold.share).toBe('twice what your limits call within range');
  expect(lossesBy(limitedTo(0.4, 0.5)).bold.share).toBe('where your limits call a text broken');
});
