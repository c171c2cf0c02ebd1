import { beforeEach, describe, expect, it, vi } from 'vitest';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { takeFound, whyNotTaken } from '../../../src/app/engine/finding.js';
import { keepHistory, undo } from '../../../src/app/engine/history.js';
import { missingFor, wishOf, type Fits } from '../../../src/app/engine/wish.js';
import { scopeWords } from '../../../src/app/panels/measures/find/words.js';
import { happySad } from '../../../src/app/presets/happySad.js';
import { addDirection, setFit, useDirections, type DirectionEntry } from '../../../src/app/stores/directions.js';
import { freshFind, useFind, type FindSpec, type Found } from '../../../src/app/stores/find.js';
import type { FittedDirection } from '../../../src/core/directions/direction.js';
import { useSession } from '../../../src/app/stores/session.js';
import { thresholds } from '../../../src/core/measures/index.js';
import { loaded as opened, stamp } from './fake-fits.js';

vi.mock('../../../src/app/engine/connection.js', async () => (await import('./fake-fits.js')).fakeConnection);
vi.mock('../../../src/app/engine/targets.js', () => ({
  firstTokens: (words: readonly string[]) => Promise.resolve(words.map((word) => word.length)),
}));

const loaded = { ...opened, shape: { layers: 1, width: 2, vocabulary: 9, context: 9 } };
const directionOf = (method: string, texts: FittedDirection['source']['texts']): FittedDirection => ({
  model: stamp,
  hook: 'resid_post',
  source: { method, options: {}, texts },
  layers: Array.from({ length: stamp.layers }, (_, layer) => ({
    layer,
    vector: new Float32Array([1, 0]),
    scale: 1,
    residualNorm: 1,
    separation: null,
    means: { positive: 1, negative: -1 },
  })),
});
const fits: { readonly method: string; readonly texts: number }[] = [];
const fit: Fits = (method, texts) => {
  fits.push({ method, texts: texts.positive.length });
  return Promise.resolve(directionOf(method, texts));
};
const board = () => useDirections.getState();
const add = (from: Parameters<typeof freeEntry>[0], method: string): DirectionEntry => {
  const entry = freeEntry(from);
  addDirection(entry);
  setFit(entry.id, { version: 'fit', direction: directionOf(method, from.texts) });
  return entry;
};

beforeEach(() => {
  fits.length = 0;
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  useFind.setState({ spec: freshFind, running: null, found: null, error: null });
  useSession.setState({ loaded });
});

describe('a wish', () => {
  it('of a direction with texts is found from two thirds of them, and judged by the rest', async () => {
    add(happySad, 'mean-difference');
    const wish = await wishOf(freshFind, board(), loaded, fit);
    expect([...wish.directions.keys()]).toEqual(['mean-difference', 'pair-component', 'logistic-probe', 'mass-mean']);
    expect(fits.map(({ texts }) => texts)).toEqual([8, 8, 8, 8, 4]);
    expect(wish.sought).toMatchObject({ name: 'happy', opposite: 'sad', apart: true, fixed: false, budget: 1.5 });
    expect(wish.reading).toMatchObject({ choice: { effect: 'score' }, means: { positive: 1, negative: -1 } });
    // Texts of the judge in the prompt would be judged by themselves.
    expect(wish.examples.length).toBeGreaterThan(0);
    expect(wish.examples.every((text) => wish.sought.finding!.positive.includes(text))).toBe(true);
    expect(wish.examples.some((text) => wish.sought.judging!.positive.includes(text))).toBe(false);
  });

  it('may cost what the limits allow', async () => {
    add(happySad, 'mean-difference');
    const limits = { ...thresholds, meanKl: { strained: 0.4, broken: 5 } };
    const budgets = (['careful', 'moderate', 'bold'] as const).map(
      async (loss) => (await wishOf({ ...freshFind, loss }, board(), loaded, fit, { limits })).sought.budget,
    );
    expect(await Promise.all(budgets)).toEqual([0.2, 0.4, 0.8]);
  });

  it('of a direction knows what its card does, on or off; words have none', async () => {
    const { id } = add(happySad, 'mean-difference');
    const asSet = async (change: Partial<DirectionEntry>, spec: Partial<FindSpec> = {}) => {
      const entries = board().entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry));
      return (await wishOf({ ...freshFind, ...spec }, { ...board(), entries }, loaded, fit)).asSet;
    };
    for (const enabled of [true, false]) {
      const set = await asSet({ enabled, strength: -0.7, operator: 'add' });
      expect(set).toMatchObject({ strength: -0.7, plan: { terms: [{ operator: 'add', strength: -0.7 }] } });
    }
    expect(await asSet({ strength: 0 })).toBeNull();
    expect(await asSet({}, { way: 'words', toward: 'rain' })).toBeNull();
  });

  it('of a direction without texts takes it as it is', async () => {
    const entry = add({ name: 'drawn', texts: null, method: 'drawn' }, 'drawn');
    const wish = await wishOf({ ...freshFind, loss: 'bold' }, board(), loaded, fit);
    expect(fits).toEqual([]);
    expect(wish.sought).toMatchObject({
      fixed: true,
      directionId: entry.id,
      choice: { effect: 'alignment' },
      budget: 3,
    });
    expect([...wish.directions.keys()]).toEqual(['drawn']);
  });

  it('of words counts how likely they are, and a token is on one side only', async () => {
    const spec = { ...freshFind, way: 'words', toward: 'rain, storm', away: 'sun, skies' } as const;
    const wish = await wishOf(spec, board(), loaded, fit);
    expect(wish.sought.choice).toMatchObject({ effect: 'log-odds', words: ['rain', 'storm'], away: ['sun', 'skies'] });
    expect(wish.targets).toEqual({ toward: [4, 5], away: [3] });
  });

  it('of texts takes as many on both sides as pairs', async () => {
    const spec = { ...freshFind, way: 'texts', name: ' glad ', positive: 'a\nb\n', negative: 'c\nd' } as const;
    const { sought } = await wishOf(spec, board(), loaded, fit);
    expect(sought).toMatchObject({ name: 'glad', apart: false, finding: { kind: 'pairs', positive: ['a', 'b'] } });
    const uneven = await wishOf({ ...spec, negative: 'c\nd\ne' }, board(), loaded, fit);
    expect(uneven.sought.finding!.kind).toBe('lists');
  });

  it('says what is missing for it', async () => {
    expect(missingFor(freshFind, board(), null)).toMatch(/until the model is ready/);
    expect(missingFor(freshFind, board(), loaded)).toMatch(/no direction yet/);
    addDirection(freeEntry(happySad));
    expect(missingFor(freshFind, board(), loaded)).toMatch(/“happy” is not fitted/);
    expect(missingFor({ ...freshFind, way: 'words', toward: ' , ' }, board(), loaded)).toMatch(/Write the words/);
    expect(missingFor({ ...freshFind, way: 'texts', positive: 'a' }, board(), loaded)).toMatch(/at least two texts/);
    await expect(wishOf({ ...freshFind, way: 'words' }, board(), loaded, fit)).rejects.toThrow(/Write the words/);
  });
});

describe('what was found', () => {
  const found = (of: DirectionEntry, fixed: boolean): Found => ({
    sought: {
      name: of.name,
      opposite: of.opposite,
      directionId: of.id,
      fixed,
      finding: fixed ? null : of.texts,
      judging: null,
      apart: false,
      choice: { effect: 'score', layer: 1, words: [], away: [] },
      budget: 1.5,
      worst: 'within range',
      model: stamp.id,
      sampling: { temperature: 0.7, topK: 0, topP: 0.95, repetitionPenalty: 1, maxNewTokens: 32 },
    },
    best: {
      arm: { method: 'mass-mean', layers: [0, 1] },
      strength: 0.3,
      effect: 0.2,
      cost: 1,
      direction: directionOf('mass-mean', of.texts),
    },
    report: null,
    loweredFrom: null,
    asSet: null,
    accepted: true,
    limits: thresholds,
    ended: 'done',
    arms: 1,
    trials: 1,
    texts: 1,
    seconds: 1,
    usedId: null,
  });
  const states = () => board().entries.map(({ name, enabled, strength, layers }) => [name, enabled, strength, layers]);

  it('is added beside the direction that it was found from, which is switched off, in one step', () => {
    const happy = add(happySad, 'mean-difference');
    const stop = keepHistory(new EventTarget());
    const before = board().entries;
    useFind.setState({ found: found(happy, false) });
    const id = takeFound();
    expect(board().selectedId).toBe(id);
    expect(states()).toEqual([
      ['happy', false, 0.5, null],
      ['happy 2', true, 0.3, [0, 1]],
    ]);
    expect(board().entries[1]).toMatchObject({ method: 'mass-mean', texts: happySad.texts, operator: 'add' });
    // Once more sets it again and adds nothing.
    expect(takeFound()).toBe(id);
    expect(board().entries).toHaveLength(2);
    undo();
    stop();
    expect(board().entries.map((entry) => entry.enabled)).toEqual(before.map((entry) => entry.enabled));
    expect(board().entries).toHaveLength(1);
  });

  it('acts by itself, whatever else was on', () => {
    add({ name: 'other', texts: null, method: 'drawn' }, 'drawn');
    const drawn = add({ name: 'drawn', texts: null, method: 'drawn' }, 'drawn');
    useFind.setState({ found: found(drawn, true) });
    takeFound();
    expect(states().map(([name, enabled]) => [name, enabled])).toEqual([
      ['other', false],
      ['drawn', true],
    ]);
    const happy = add(happySad, 'mean-difference');
    useFind.setState({
      found: { ...found(happy, false), sought: { ...found(happy, false).sought, directionId: null } },
    });
    takeFound();
    expect(board().entries.flatMap(({ name, enabled }) => (enabled ? [name] : []))).toEqual(['happy 2']);
  });

  it('acts at the tokens at which it was looked for, those of the direction', async () => {
    const happy = add(happySad, 'mean-difference');
    const scope = { prompt: false, generated: true };
    const entries = board().entries.map((entry) => ({ ...entry, scope }));
    const { sought } = await wishOf(freshFind, { ...board(), entries }, loaded, fit);
    expect(sought.scope).toEqual(scope);
    const made = found(happy, false);
    useFind.setState({ found: { ...made, sought: { ...made.sought, scope } } });
    takeFound();
    expect(board().entries.at(-1)!.scope).toEqual(scope);
    expect(scopeWords(sought)).toBe(', at generated tokens');
    expect(scopeWords(made.sought)).toBe('');
  });

  it('of a direction that was taken as it is sets its layers and strength', () => {
    const drawn = add({ name: 'drawn', texts: null, method: 'drawn' }, 'drawn');
    useFind.setState({ found: found(drawn, true) });
    expect(takeFound()).toBe(drawn.id);
    expect(states()).toEqual([['drawn', true, 0.3, [0, 1]]]);
  });

  it('is not used on another model, nor when the direction that it is of is gone', () => {
    const drawn = add({ name: 'drawn', texts: null, method: 'drawn' }, 'drawn');
    useFind.setState({ found: found(drawn, true) });
    useSession.setState({ loaded: { ...loaded, stamp: { ...stamp, id: 'other' } } });
    const before = board();
    expect(takeFound()).toBeNull();
    expect(whyNotTaken(found(drawn, true), board().entries, useSession.getState().loaded)).toMatch(/was found on m/);
    useSession.setState({ loaded });
    expect(whyNotTaken(found(drawn, true), [], loaded)).toMatch(/“drawn”.* not among the directions/);
    expect(board()).toBe(before);
    expect(takeFound()).toBe(drawn.id);
  });

  it('is nothing when nothing was', () => {
    const happy = add(happySad, 'mean-difference');
    useFind.setState({ found: { ...found(happy, false), best: null } });
    expect(takeFound()).toBeNull();
    expect(board().entries).toHaveLength(1);
  });
});
