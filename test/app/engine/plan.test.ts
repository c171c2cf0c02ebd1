import { beforeEach, describe, expect, it } from 'vitest';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { conditionalIds, planKey, planOf, termsOf } from '../../../src/app/engine/plan.js';
import {
  addDirection,
  changeDirection,
  setFit,
  useDirections,
  type DirectionEntry,
} from '../../../src/app/stores/directions.js';
import type { FittedDirection, LayerDirection } from '../../../src/core/directions/direction.js';

const model = { id: 'tales', revision: null, dtype: 'fp32', family: 'llama', layers: 4, width: 2 };
function fitted(layers: readonly Partial<LayerDirection>[]): FittedDirection {
  return {
    model,
    hook: 'resid_post',
    source: { method: 'mean-difference', options: {}, texts: null },
    layers: layers.map((layer, at) => ({
      layer: at,
      vector: Float32Array.of(0.6, 0.8),
      scale: 2,
      residualNorm: 3,
      separation: null,
      ...layer,
    })),
  };
}

let ids: string[] = [];
beforeEach(() => {
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  ids = ['happy', 'formal'].map((name) => {
    const entry = freeEntry({ name, texts: null });
    addDirection({ ...entry, layers: [1, 2] });
    setFit(entry.id, { version: name, direction: fitted([{}, {}, {}, {}]) });
    return entry.id;
  });
});
const board = () => useDirections.getState();
function terms(change: Partial<DirectionEntry> = {}) {
  changeDirection(ids[0]!, change);
  return termsOf(board().entries[0]!, board().entries, model);
}

describe('the terms of a direction', () => {
  it('have the factors of their layers, and none where it is 1', () => {
    const [term] = terms({ layerFactors: [9, 0.5, 1, 9] });
    expect(term!.sites.map(({ layer, factor }) => [layer, factor])).toEqual([
      [1, 0.5],
      [2, undefined],
    ]);
  });

  it('keep ranges and curve', () => {
    const scope = { prompt: true, generated: true, promptRange: { kind: 'last', count: 2 } as const, curve: [] };
    expect(terms({ scope })[0]!.scope).toEqual(scope);
  });

  it('read their condition along the other direction, and are none when that is not there', () => {
    const condition = { directionId: ids[1]!, layer: 3, figure: 'alignment', side: 'above', threshold: 0.1 } as const;
    const { directionId: _, ...rest } = condition;
    expect(terms({ condition })[0]!.condition).toEqual({ ...rest, vector: Float32Array.of(0.6, 0.8) });
    expect(conditionalIds(board(), model)).toEqual([ids[0]]);
    expect(terms({ condition: { ...condition, directionId: 'gone' } })).toEqual([]);
    expect(terms({ condition: { ...condition, layer: 99 } })).toEqual([]);
    expect(conditionalIds(board(), model)).toEqual([]);
  });

  it('are one a position where there is a vector for each, each with the condition', () => {
    const positions = [1, 0, 4].map((scale) => ({ vector: Float32Array.of(1, 0), scale }));
    setFit(ids[0]!, { version: 'by position', direction: fitted([{}, { positions }, { positions }, {}]) });
    const condition = { directionId: ids[1]!, layer: 0, figure: 'projection', side: 'below', threshold: 1 } as const;
    const made = terms({ condition, layerFactors: [1, 1, 0.5, 1] });
    expect(made.map(({ scope }) => scope.promptRange)).toEqual(
      [0, 1, 2].map((from) => ({ kind: 'window', from, to: from + 1 })),
    );
    expect(made.map(({ sites }) => sites.map(({ factor }) => factor))).toEqual([[0.5, 0.25], [], [2, undefined]]);
    expect(conditionalIds(board(), model)).toEqual([ids[0], ids[0], ids[0]]);
  });
});

it('what is set beyond the strength changes the key of the plan', () => {
  const keys = new Set([planKey(board(), model)]);
  const scope = { prompt: false, generated: true };
  const changes: readonly Partial<DirectionEntry>[] = [
    { scope },
    { scope: { ...scope, generatedRange: { kind: 'first', count: 8 } } },
    { scope: { ...scope, curve: [{ at: 0, factor: 0.5 }] } },
    { layerFactors: [1, 0.5, 1, 1] },
    { condition: { directionId: ids[1]!, layer: 0, figure: 'alignment', side: 'above', threshold: 0 } },
  ];
  for (const change of changes) {
    changeDirection(ids[0]!, change);
    keys.add(planKey(board(), model));
  }
  expect(keys.size).toBe(changes.length + 1);
  expect(planOf(board(), model).terms).toHaveLength(2);
});
