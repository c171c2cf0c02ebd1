import { describe, expect, it } from 'vitest';
import { emptyPlan } from '../../../src/core/steering/plan.js';
import {
  baselineSetting,
  cellsOf,
  evenStrengths,
  finenessOf,
  promptSetting,
  settingsOf,
} from '../../../src/core/sweeps/index.js';

const spans = Array.from({ length: 8 }, (_, layer) => [layer, layer] as const);
const grid = { kind: 'steered', directions: ['a', 'b'], spans, strengths: evenStrengths(-2, 2, 9) } as const;

describe('coarse to fine', () => {
  it('begins with the ends and halves what is left', () => {
    expect(finenessOf(9)).toEqual([0, 3, 2, 3, 1, 3, 2, 3, 0]);
    expect([0, 1, 2, 3].map(finenessOf)).toEqual([[], [0], [0, 0], [0, 1, 0]]);
  });

  it.each([4, 5, 6, 7, 12, 33])('leaves no gap wider than twice another at any level (%i)', (count) => {
    const fineness = finenessOf(count);
    for (let level = 0; level <= Math.max(...fineness); level++) {
      const there = fineness.flatMap((it, index) => (it <= level ? [index] : []));
      const gaps = there.slice(1).map((index, at) => index - there[at]!);
      expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.max(2, Math.ceil((count - 1) / 2 ** level)));
    }
  });
});

describe('a grid', () => {
  it('has every direction at every layer with every strength once, without 0', () => {
    const settings = settingsOf(grid);
    expect(settings).toHaveLength(2 * 8 * 8);
    expect(new Set(settings.map(({ key }) => key)).size).toBe(settings.length);
    expect(settings.some(({ strength }) => strength === 0)).toBe(false);
  });

  it('tries the corners first', () => {
    const corners = settingsOf(grid).slice(0, 8);
    expect(new Set(corners.map(({ layers, strength }) => `${layers![0]} ${strength}`))).toEqual(
      new Set(['0 -2', '0 2', '7 -2', '7 2']),
    );
  });

  it('keeps the names of its settings apart from those of controls', () => {
    const random = settingsOf({ ...grid, kind: 'random' }).map(({ key }) => key);
    expect(settingsOf(grid).some(({ key }) => random.includes(key))).toBe(false);
  });
});

describe('cells', () => {
  const settings = [baselineSetting, promptSetting('instruction of a'), ...settingsOf(grid).slice(0, 1)];
  const cells = cellsOf(settings, ['one', 'two'], [7, 8, 9], ({ kind }) => ({
    plan: emptyPlan,
    ...(kind === 'prompt' && { wish: (prompt) => `Be happy. ${prompt as string}` }),
  }));

  it('are one for each prompt and seed, with ids of their own', () => {
    expect(cells).toHaveLength(3 * 2 * 3);
    expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
    expect(cells.slice(0, 6).every(({ setting }) => setting === baselineSetting)).toBe(true);
    expect(cells.filter(({ on, seed }) => on === 1 && seed === 9).map(({ prompt }) => prompt)).toEqual([
      'two',
      'Be happy. two',
      'two',
    ]);
  });

  it('know the plain prompt where the wish is put into words', () => {
    expect(cells.filter(({ reference }) => reference !== undefined).map(({ reference }) => reference)).toEqual([
      'one',
      'one',
      'one',
      'two',
      'two',
      'two',
    ]);
  });
});

it('strengths are even, rounded, and have no −0', () => {
  expect(evenStrengths(-1, 1, 5)).toEqual([-1, -0.5, 0, 0.5, 1]);
  expect(evenStrengths(0, 1, 4)).toEqual([0, 0.333, 0.667, 1]);
  expect(evenStrengths(0.5, 2, 1)).toEqual([0.5]);
  expect(evenStrengths(-1, 1, 3).every((strength) => !Object.is(strength, -0))).toBe(true);
});
