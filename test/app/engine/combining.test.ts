import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { combined, combiningProblem, followParts } from '../../../src/app/engine/combining.js';
import { freeEntry } from '../../../src/app/engine/entries.js';
import {
  addDirection,
  changeDirection,
  fitFor,
  removeDirection,
  setFit,
  useDirections,
} from '../../../src/app/stores/directions.js';
import { useSession } from '../../../src/app/stores/session.js';
import type { FittedDirection } from '../../../src/core/directions/direction.js';
import type { LoadedModel } from '../../../src/protocol/api.js';

const stamp = { id: 'm', revision: null, dtype: 'fp32', family: 'llama', layers: 1, width: 2 };

function direction(x: number, y: number): FittedDirection {
  const scale = Math.hypot(x, y);
  const vector = Float32Array.of(x / scale, y / scale);
  return {
    model: stamp,
    hook: 'resid_post',
    source: { method: 'mean-difference', options: {}, texts: null },
    layers: [{ layer: 0, vector, scale, residualNorm: 4, separation: null }],
  };
}

function add(name: string, x: number, y: number): string {
  const entry = freeEntry({ name, texts: null });
  addDirection(entry);
  setFit(entry.id, { version: `${name} 1`, direction: direction(x, y) });
  return entry.id;
}

function addFormula(name: string, expression: string): string {
  const entry = freeEntry({ name, texts: null, method: 'expression', expression });
  addDirection(entry);
  setFit(entry.id, combined(expression, entry.id, useDirections.getState().entries, stamp));
  return entry.id;
}

const entryOf = (id: string) => useDirections.getState().entries.find((entry) => entry.id === id)!;
/** scale · v̂ at the one layer. */
const natural = (id: string): number[] => {
  const { vector, scale } = fitFor(entryOf(id), stamp)!.layers[0]!;
  return [...vector].map((value) => Math.round(value * scale * 1e4) / 1e4 || 0);
};

beforeAll(followParts);
beforeEach(() => {
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  useSession.setState({ loaded: { stamp } as LoadedModel });
});

describe('a combined direction', () => {
  it('follows its parts, through others that are combined too', () => {
    const happy = add('happy', 2, 0);
    add('sad', 0, 1);
    const both = addFormula('both', 'happy + 3 * sad');
    const half = addFormula('half', 'both / 2');
    expect(natural(both)).toEqual([2, 3]);
    expect(natural(half)).toEqual([1, 1.5]);
    setFit(happy, { version: 'happy 2', direction: direction(4, 0) });
    expect(natural(both)).toEqual([4, 3]);
    expect(natural(half)).toEqual([2, 1.5]);
    expect(entryOf(both).fits).toHaveLength(1);
  });

  it('follows its formula, and is the same object while nothing changed', () => {
    const happy = add('happy', 2, 0);
    const twice = addFormula('twice', '2 * happy');
    const before = entryOf(twice);
    changeDirection(happy, { strength: 1.5 });
    expect(entryOf(twice)).toBe(before);
    changeDirection(twice, { expression: '-happy' });
    expect(natural(twice)).toEqual([-2, 0]);
  });

  it('names its parts as they are called now', () => {
    const happy = add('happy', 2, 0);
    const twice = addFormula('twice', '2 * happy');
    changeDirection(happy, { name: 'very glad' });
    expect(entryOf(twice).expression).toBe('2 * "very glad"');
    expect(natural(twice)).toEqual([4, 0]);
    expect(combiningProblem(entryOf(twice), useDirections.getState().entries, stamp)).toBeNull();
  });

  it('follows its parts on a model that is opened', () => {
    const other = { ...stamp, id: 'other' };
    const happy = add('happy', 2, 0);
    const twice = addFormula('twice', '2 * happy');
    const half = addFormula('half', 'twice / 4');
    setFit(happy, { version: 'happy other', direction: { ...direction(0, 3), model: other } });
    expect(fitFor(entryOf(twice), other)).toBeNull();
    useSession.setState({ loaded: { stamp: other } as LoadedModel });
    expect(fitFor(entryOf(twice), other)!.layers[0]).toMatchObject({ vector: Float32Array.of(0, 1), scale: 6 });
    changeDirection(half, { expression: '-twice' });
    useSession.setState({ loaded: { stamp } as LoadedModel });
    expect(natural(half)).toEqual([-4, 0]);
  });

  it('stays what it was when a part goes, and says so', () => {
    const happy = add('happy', 2, 0);
    const twice = addFormula('twice', '2 * happy');
    removeDirection(happy);
    expect(natural(twice)).toEqual([4, 0]);
    expect(combiningProblem(entryOf(twice), useDirections.getState().entries, stamp)).toMatch(/no direction called/);
  });

  it('has a short version however many formulas it stands on, the same for the same parts', () => {
    add('a0', 2, 0);
    const before = add('b', 0, 1);
    const chain = Array.from({ length: 12 }, (_, at) => addFormula(`a${at + 1}`, `a${at} + b`));
    const last = chain.at(-1)!;
    expect(natural(last)).toEqual([2, 12]);
    const version = () => entryOf(last).fits[0]!.version;
    const first = version();
    expect(first.length).toBeLessThan(100);
    setFit(before, { version: 'b 2', direction: direction(0, 2) });
    expect(version()).not.toBe(first);
    setFit(before, { version: 'b 1', direction: direction(0, 1) });
    expect(version()).toBe(first);
    const { entries } = useDirections.getState();
    expect(() => combined('a12 + a11', null, entries, stamp)).toThrow(/more than 11 others, one on the other/);
    expect(() => combined('a11 + a10', null, entries, stamp)).not.toThrow();
  });

  it('refuses to be a part of itself, directly or through another, and names that two have', () => {
    add('happy', 2, 0);
    const a = addFormula('a', 'happy');
    const b = addFormula('b', 'a + happy');
    const { entries } = useDirections.getState();
    expect(() => combined('b - happy', a, entries, stamp)).toThrow(/comes back to this direction/);
    changeDirection(a, { expression: 'b - happy' });
    expect(natural(a)).toEqual([2, 0]);
    expect(natural(b)).toEqual([4, 0]);
    changeDirection(add('glad', 0, 1), { name: 'happy' });
    expect(() => combined('happy', null, useDirections.getState().entries, stamp)).toThrow(/Two directions are called/);
  });
});
