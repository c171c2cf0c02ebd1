/** Where a fit is applied first: heads at all their layers, as strongly as they were found; all else at one layer. */
import { beforeEach, describe, expect, it } from 'vitest';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { acceptFit, canFit } from '../../../src/app/engine/fitting.js';
import { happySad } from '../../../src/app/presets/happySad.js';
import { addDirection, changeDirection, useDirections } from '../../../src/app/stores/directions.js';
import type { FittedDirection } from '../../../src/core/directions/direction.js';

const stamp = { id: 'tales', revision: null, dtype: 'fp32', family: 'llama', layers: 5, width: 2 };
const fitted = (method: string, sizes: Readonly<Record<number, number>>): FittedDirection => ({
  model: stamp,
  hook: 'attn_out',
  source: { method, options: {}, texts: happySad.texts },
  layers: Object.entries(sizes).map(([layer, scale]) => ({
    layer: Number(layer),
    vector: Float32Array.of(0.6, 0.8),
    scale,
    residualNorm: 2,
    separation: null,
  })),
});
const all = { 0: 1, 1: 1, 2: 1, 3: 1, 4: 1 };

let id: string;
const entryNow = () => useDirections.getState().entries.find((entry) => entry.id === id)!;
const place = () => {
  const { layers, layerFactors } = entryNow();
  return { layers, layerFactors };
};
beforeEach(() => {
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  const entry = { ...freeEntry(happySad), layers: null };
  id = entry.id;
  addDirection(entry);
});

describe('a direction of heads', () => {
  it('is applied at all its layers in the proportions in which it was found', () => {
    acceptFit(entryNow(), fitted('head-intervention', { 1: 3, 3: 6 }));
    expect(place()).toEqual({ layers: [1, 3], layerFactors: [0, 0.5, 0, 1, 0] });
  });

  it('goes where other heads are when it is fitted again', () => {
    acceptFit(entryNow(), fitted('head-intervention', { 1: 3, 3: 6 }));
    acceptFit(entryNow(), fitted('head-intervention', { 2: 3, 4: 3 }));
    expect(place()).toEqual({ layers: [2, 4], layerFactors: [0, 0, 1, 0, 1] });
  });

  it('stays where the user put it', () => {
    acceptFit(entryNow(), fitted('head-intervention', { 1: 3, 3: 6 }));
    changeDirection(id, { layerFactors: [1, 1, 1, 0.2, 1] });
    acceptFit(entryNow(), fitted('head-intervention', { 2: 3, 4: 3 }));
    expect(place()).toEqual({ layers: [1, 3], layerFactors: [1, 1, 1, 0.2, 1] });
  });

  it('takes another method’s place, and leaves it', () => {
    acceptFit(entryNow(), fitted('mean-difference', all));
    const { layers } = place();
    expect(layers![0]).toBe(layers![1]);
    acceptFit(entryNow(), fitted('head-intervention', { 1: 3, 3: 6 }));
    expect(place().layers).toEqual([1, 3]);
    acceptFit(entryNow(), fitted('mean-difference', all));
    expect(place()).toEqual({ layers, layerFactors: null });
  });
});

it('another method stays at the user’s layers', () => {
  acceptFit(entryNow(), fitted('mean-difference', all));
  changeDirection(id, { layers: [0, 4] });
  acceptFit(entryNow(), fitted('mean-difference', all));
  expect(place().layers).toEqual([0, 4]);
});

it('heads need texts as other methods do', () => {
  const entry = { ...freeEntry(happySad), method: 'head-intervention' };
  expect(canFit(entry)).toBe(true);
  expect(canFit({ ...entry, texts: null })).toBe(false);
});
