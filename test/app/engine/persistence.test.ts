// @vitest-environment happy-dom
/** Saving and loading, over a stand-in for IndexedDB that clones as it does. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepSaving, loadSnapshot } from '../../../src/app/engine/persistence.js';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { parseSnapshot, takeSnapshot } from '../../../src/app/engine/snapshot.js';
import { addDirection, changeDirection, useDirections } from '../../../src/app/stores/directions.js';
import { emptyDraft, useEditor } from '../../../src/app/stores/editor.js';
import { useStatus } from '../../../src/app/stores/status.js';
import { tableOfLines } from '../../../src/core/texts/table.js';
import { readTexts } from '../../../src/core/texts/importing.js';
import { sideOf } from '../../../src/core/texts/lines.js';

const stored = vi.hoisted(() => new Map<string, unknown>());
vi.mock('idb-keyval', () => ({
  createStore: () => async (_: string, use: (store: object) => unknown) =>
    use({
      put: (value: unknown, key: string) => stored.set(key, structuredClone(value)),
      transaction: { commit() {} },
    }),
  promisifyRequest: async () => undefined,
  get: async (key: string) => structuredClone(stored.get(key)),
  del: async (key: string) => stored.delete(key),
  update: async (key: string, change: (value: unknown) => unknown) =>
    stored.set(key, structuredClone(change(stored.get(key)))),
}));

const problems = () => useStatus.getState().problems.map(({ about, error }) => `${about}: ${error.message}`);
/** What is saved is saved when the event is over. */
const settled = () => new Promise((resolve) => setTimeout(resolve));
let stop = (): void => undefined;

beforeEach(() => {
  stored.clear();
  useStatus.setState({ problems: [] });
  useDirections.setState({ entries: [], selectedId: null });
  addDirection(freeEntry({ name: 'happy', texts: null }));
});
afterEach(() => stop());

describe('saving', () => {
  it('keeps as many texts as an import takes in, however long', async () => {
    stop = keepSaving();
    const lines = Array.from({ length: 2000 }, (_, index) => `${index} ${'x'.repeat(600)}`).join('\n');
    const { positive } = readTexts(tableOfLines(lines), { kind: 'list', text: 0, side: 'positive' });
    useEditor.setState({ draft: { ...emptyDraft, positive: sideOf(positive) } });
    await settled();
    expect((await loadSnapshot())?.editor.draft.positive).toBe(sideOf(positive));
    expect(problems()).toEqual([]);
  });

  it('never puts what could not be read in the place of what can, says so, and goes on when it can', async () => {
    stop = keepSaving();
    const { id } = useDirections.getState().entries[0]!;
    changeDirection(id, { strength: 1 });
    await settled();
    const good = stored.get('steerboard');
    changeDirection(id, { strength: 2 });
    changeDirection(id, { layerFactors: [Infinity] });
    document.dispatchEvent(new Event('visibilitychange'));
    await settled();
    expect(parseSnapshot(takeSnapshot())).toBeNull();
    expect(stored.get('steerboard')).toBe(good);
    expect(problems()).toEqual([
      expect.stringMatching(/storage: The board is not saved now.*“happy” \(layer factors\)/),
    ]);
    changeDirection(id, { layerFactors: null });
    document.dispatchEvent(new Event('visibilitychange'));
    await settled();
    expect(parseSnapshot(stored.get('steerboard'))?.directions.entries[0]?.strength).toBe(2);
    expect(problems()).toEqual([]);
  });
});

describe('loading', () => {
  const spoiled = () => {
    const board = structuredClone(takeSnapshot());
    board.directions.entries[0]!.strength = NaN;
    return board;
  };

  it('puts aside what is damaged, keeps the rest, and finds it sound the next time', async () => {
    stored.set('steerboard', spoiled());
    const loaded = await loadSnapshot();
    expect(loaded?.directions.entries[0]).toMatchObject({ name: 'happy', strength: 0.5 });
    expect(stored.get('steerboard-damaged')).toEqual([new Map([['directions.entries[0].strength', NaN]])]);
    expect(problems()).toEqual([expect.stringMatching(/damaged and was put aside: “happy” \(strength\)/)]);
    useStatus.setState({ problems: [] });
    expect(await loadSnapshot()).toEqual(loaded);
    expect(problems()).toEqual([]);
  });

  it('puts nothing in the place of what was put aside before', async () => {
    stored.set('steerboard-damaged', { version: 0 });
    stored.set('steerboard', { version: 99 });
    expect(await loadSnapshot()).toBeNull();
    expect(problems()).toEqual([expect.stringContaining('starts fresh')]);
    stored.set('steerboard', spoiled());
    await loadSnapshot();
    expect(stored.get('steerboard-damaged')).toEqual([{ version: 0 }, { version: 99 }, expect.any(Map)]);
  });
});
