import { expect, test } from 'vitest';
import { extremes, meanOfText, reachOf, scanValues, scoreOf } from '../../../src/core/scan/figures.js';

// Two tokens, two layers, two probes; the second has no vector at layer 0.
const numbers = {
  norms: Float32Array.of(2, 4, 5, 8),
  projections: Float32Array.of(1, -2, 5, 0, NaN, 8, NaN, -4),
};

test('values of a probe at every token and layer', () => {
  const means = [null, { positive: 6, negative: 2 }];
  expect(scanValues(numbers, 2, 0, 'projection', means)).toEqual([
    [1, -2],
    [5, 0],
  ]);
  expect(scanValues(numbers, 2, 0, 'alignment', means)).toEqual([
    [0.5, -0.5],
    [1, 0],
  ]);
  // 8 is one and a half times as far from the middle as the positive mean is.
  expect(scanValues(numbers, 2, 1, 'score', means)).toEqual([
    [NaN, 2],
    [NaN, -4],
  ]);
});

test('the score is +1 and −1 at the means of the sides, whichever is higher', () => {
  expect([6, 4, 2].map((it) => scoreOf(it, { positive: 6, negative: 2 }))).toEqual([1, 0, -1]);
  expect([6, 4, 2].map((it) => scoreOf(it, { positive: 2, negative: 6 }) + 0)).toEqual([-1, 0, 1]);
  expect(scoreOf(3, { positive: 3, negative: 3 })).toBeNaN();
  expect(scoreOf(3, null)).toBeNaN();
});

test('means and extremes leave special tokens out', () => {
  const values = [99, 1, 3, NaN, -2, 3];
  const special = [true, false, false, false, false, false];
  expect(meanOfText(values, special)).toBe(1.25);
  expect(meanOfText([99], [true])).toBeNaN();
  expect(extremes(values, special, 2)).toEqual({ highest: [2, 5], lowest: [4, 1] });
  // Of three tokens none is in both lists.
  expect(extremes([1, 2, 3], [false, false, false], 5)).toEqual({ highest: [2, 1], lowest: [0] });
});

test('a full tint leaves the outermost tokens out, but for cosines', () => {
  const values = Array.from({ length: 100 }, (_, token) => (token === 0 ? 1000 : token / 10));
  const special = values.map(() => false);
  expect(reachOf(values, special)).toBeCloseTo(9.9, 6);
  expect(reachOf([-0.3, 0.1, NaN, 5], [false, false, false, true])).toBe(0.3);
  expect(reachOf([0, 0], [false, false])).toBe(1);
});
