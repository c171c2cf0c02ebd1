import { expect, test } from 'vitest';
import { meanKl, partsAt, partsOverall } from '../../../src/core/lens/parting.js';
import { emptyGrid, fillCell } from '../../../src/core/lens/predictions.js';

test('a cell says the likeliest tokens, the own token’s rank, entropy and KL', () => {
  const grid = emptyGrid(2, 3, 2);
  const logits = (...shares: number[]) => Float32Array.from(shares, Math.log);
  fillCell(grid, 1, 2, 3, logits(0.5, 0.25, 0.125, 0.125), logits(0.125, 0.125, 0.5, 0.25));
  const cell = 1 * 3 + 2;
  expect([...grid.baseline.ids.subarray(2 * cell, 2 * cell + 2)]).toEqual([0, 1]);
  expect([...grid.steered.ids.subarray(2 * cell, 2 * cell + 2)]).toEqual([2, 3]);
  expect(grid.steered.probabilities[2 * cell]).toBeCloseTo(0.5, 6);
  // Token 3 is as likely as token 2 without steering: nothing but 0 and 1 is before it.
  expect([grid.baseline.ranks[cell], grid.steered.ranks[cell]]).toEqual([3, 2]);
  expect(grid.steered.logProbabilities[cell]).toBeCloseTo(Math.log(0.25), 6);
  expect(grid.baseline.entropies[cell]).toBeCloseTo(1.75 * Math.LN2, 6);
  // Σ p ln(p/q): ⅛ ln ¼ + ⅛ ln ½ + ½ ln 4 + ¼ ln 2
  expect(grid.kl[cell]).toBeCloseTo((-0.25 - 0.125 + 1 + 0.25) * Math.LN2, 6);
  expect(grid.kl.filter((value) => value !== 0)).toHaveLength(1);
});

test('the text parts at the first layer above the threshold, at a position and over all', () => {
  const kl = Float32Array.of(0, 0, 0.05, 0.3, 0.6, 0.2); // [3 layers, 2 positions]
  const grid = { kl, layers: 3, positions: 2 };
  expect(partsAt(grid, 0, 0.1)).toBe(2);
  expect(partsAt(grid, 1, 0.1)).toBe(1);
  expect(partsAt(grid, 1, 0.5)).toBeNull();
  meanKl(grid).forEach((mean, layer) => expect(mean).toBeCloseTo([0, 0.175, 0.4][layer]!, 6));
  expect(partsOverall(grid, 0.1)).toBe(1);
  expect(partsOverall(grid, 0.2)).toBe(2);
  expect(partsOverall(grid, 1)).toBeNull();
});
