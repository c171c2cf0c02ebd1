import { beforeEach, describe, expect, it } from 'vitest';
import { addedEntry, freeEntry } from '../../../src/app/engine/entries.js';
import { acceptFit } from '../../../src/app/engine/fitting.js';
import { missingFor, noteFor, notApplied, reachOn } from '../../../src/app/engine/needs.js';
import { planKey, planOf } from '../../../src/app/engine/plan.js';
import { changeOperator } from '../../../src/app/panels/apply/strength.js';
import { happySad } from '../../../src/app/presets/happySad.js';
import {
  addDirection,
  changeDirection,
  removeDirection,
  useDirections,
  type DirectionEntry,
} from '../../../src/app/stores/directions.js';
import type { FittedDirection, LayerDirection } from '../../../src/core/directions/direction.js';

const stamp = { id: 'tales', revision: null, dtype: 'fp32', family: 'llama', layers: 2, width: 2 };
const direction = (more: Partial<LayerDirection> = {}): FittedDirection => ({
  model: stamp,
  hook: 'resid_post',
  source: { method: 'mean-difference', options: {}, texts: happySad.texts },
  layers: [0, 1].map((layer) => ({
    layer,
    vector: Float32Array.of(0.6, 0.8),
    scale: 1.5,
    residualNorm: 3,
    separation: null,
    ...more,
  })),
});
const entryOf = (id: string): DirectionEntry => useDirections.getState().entries.find((entry) => entry.id === id)!;
const missing = (id: string) => missingFor(entryOf(id), useDirections.getState().entries, stamp);
const sites = () => planOf(useDirections.getState(), stamp).terms.flatMap((term) => term.sites);

let happy: string;
beforeEach(() => {
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  const entry = { ...freeEntry(happySad), layers: [0, 1] as const };
  happy = entry.id;
  addDirection(entry);
  acceptFit(entryOf(happy), direction());
});

describe('an operator that takes two directions', () => {
  it('steers nothing until there is a second one that is fitted, and says what to do', () => {
    changeDirection(happy, { operator: 'swap' });
    expect(missing(happy)).toContain('Make another one first');
    expect(sites()).toEqual([]);

    const other = { ...freeEntry(happySad), name: 'calm', enabled: false };
    addDirection(other);
    expect(missing(happy)).toContain('Choose the second one');
    changeDirection(happy, { secondId: other.id });
    expect(missing(happy)).toContain('calm is not fitted on tales');
    const before = planKey(useDirections.getState(), stamp);
    acceptFit(other, { ...direction({ vector: Float32Array.of(0.8, -0.6) }) });
    expect(missing(happy)).toBeNull();
    expect(sites().map(({ second }) => [...second!])).toEqual([0, 1].map(() => [...Float32Array.of(0.8, -0.6)]));
    expect(planKey(useDirections.getState(), stamp)).not.toBe(before);

    removeDirection(other.id);
    expect(missing(happy)).not.toBeNull();
    expect(sites()).toEqual([]);
    changeDirection(happy, { secondId: happy });
    expect(missing(happy), 'itself is no other').not.toBeNull();
  });
});

describe('transport and affine', () => {
  it('transport asks for the method that makes a map', () => {
    changeDirection(happy, { operator: 'transport' });
    expect(missing(happy)).toContain('“Linear transport”');
    expect(sites()).toEqual([]);
    acceptFit(entryOf(happy), direction({ transport: { scale: Float32Array.of(1, 2), shift: Float32Array.of(0, 1) } }));
    expect(missing(happy)).toBeNull();
    expect(sites()).toHaveLength(2);
  });

  it('affine works without a mean, and says so', () => {
    changeDirection(happy, { operator: 'affine' });
    expect(missing(happy)).toBeNull();
    expect(noteFor(entryOf(happy), stamp)).toContain('0 stands in its place');
    acceptFit(entryOf(happy), direction({ means: { positive: 2, negative: -1 } }));
    expect(noteFor(entryOf(happy), stamp)).toBeNull();
    expect(sites().map(({ centre }) => centre)).toEqual([-1, -1]);
  });
});

describe('the strength, when the operator changes', () => {
  const change = (to: DirectionEntry['operator']) => changeDirection(happy, changeOperator(entryOf(happy), to));

  it('stays where the unit does, and else is what the operator begins with', () => {
    changeDirection(happy, { strength: -1.2 });
    for (const same of ['clamp', 'cap', 'ablate', 'swap', 'add'] as const) {
      change(same);
      expect(entryOf(happy).strength).toBe(-1.2);
    }
    change('scale');
    expect(entryOf(happy).strength).toBe(2);
    change('spherical');
    expect(entryOf(happy).strength).toBe(0.2);
    change('transport');
    expect(entryOf(happy).strength).toBe(0.2);
    change('angular');
    expect(entryOf(happy).strength).toBe(0);
    changeDirection(happy, { strength: 170 });
    change('ablate');
    change('add');
    expect(entryOf(happy).strength).toBe(0.5);
  });
});

describe('a direction without a vector where it is applied', () => {
  const idle = (id: string) => notApplied(entryOf(id), useDirections.getState().entries, stamp);
  const atLayer = (layer: number): FittedDirection => ({
    ...direction(),
    layers: direction().layers.filter((it) => it.layer === layer),
  });

  it('is said not to be applied, and is again where there is one', () => {
    expect(idle(happy)).toBeNull();
    acceptFit(entryOf(happy), atLayer(1));
    expect(idle(happy)).toBeNull();
    expect(reachOn(entryOf(happy), stamp)).toEqual([1, 1]);
    changeDirection(happy, { layers: [0, 0] });
    expect(idle(happy)).toBe('not applied: no vector at layer 0');
    expect(reachOn(entryOf(happy), stamp)).toBeNull();
    expect(sites()).toEqual([]);
  });

  it('also where the second one or the condition has none', () => {
    const other = { ...freeEntry(happySad), name: 'calm', enabled: false };
    addDirection(other);
    acceptFit(entryOf(other.id), atLayer(1));
    changeDirection(happy, { operator: 'swap', secondId: other.id, layers: [0, 0] });
    expect(idle(happy)).toBe('not applied: calm has no vector at layer 0');
    const condition = { directionId: other.id, layer: 0, figure: 'alignment', side: 'above', threshold: 0 } as const;
    changeDirection(happy, { operator: 'add', condition });
    expect(idle(happy)).toBe('not applied: nothing to read for its condition');
    changeDirection(happy, { condition: { ...condition, layer: 1 } });
    expect(idle(happy)).toBeNull();
  });
});

it('a direction that is made beside others begins weaker than the first one', () => {
  expect(addedEntry(happySad).strength).toBe(0.25);
  expect(freeEntry(happySad).strength).toBe(0.5);
});
