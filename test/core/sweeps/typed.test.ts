import { expect, it } from 'vitest';
import { spansIn, spreadLayers, strengthsIn } from '../../../src/core/sweeps/index.js';

it('strengths are read with any separator and both minus signs, each once', () => {
  expect(strengthsIn(' −1, -0.5;0 1\n1')).toEqual({ values: [-1, -0.5, 0, 1], problem: null });
  expect(strengthsIn('')).toEqual({ values: [], problem: null });
  expect(Object.is(strengthsIn('-0').values[0], -0)).toBe(false);
  expect(strengthsIn('1, loud').problem).toContain('“loud” is no number');
});

it('layers are tried alone and spans together', () => {
  expect(spansIn('2, 4, 6–7; 4 0-1', 8).values).toEqual([
    [2, 2],
    [4, 4],
    [6, 7],
    [0, 1],
  ]);
  expect(spansIn('8', 8).problem).toContain('0 to 7');
  expect(spansIn('5-3', 8).problem).toContain('5-3');
  expect(spansIn('all', 8).problem).toContain('“all” is no layer');
});

it('layers are spread from the first to the last', () => {
  const all = Array.from({ length: 30 }, (_, layer) => layer);
  const spread = spreadLayers(all, 8).map(([layer]) => layer);
  expect(spread).toHaveLength(8);
  expect([spread[0], spread[7]]).toEqual([0, 29]);
  expect(new Set(spread).size).toBe(8);
  expect(spreadLayers([3, 4], 8)).toEqual([
    [3, 3],
    [4, 4],
  ]);
  expect(spreadLayers([], 8)).toEqual([]);
  expect(spreadLayers([5, 6, 7], 1)).toEqual([[5, 5]]);
});
