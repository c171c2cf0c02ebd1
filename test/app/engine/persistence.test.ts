// @vitest-environment happy-dom
/** Saving and loading, over a stand-in for IndexedDB. */
import 'fake-indexeddb/auto';
import { clear, createStore, get, set } from 'idb-keyval';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { beginExperiment, loadContent } from '../../../src/app/engine/experiments/beginning.js';
import type { Content } from '../../../src/app/engine/experiments/content.js';
import { settlePresent } from '../../../src/app/engine/experiments/present.js';
import { listExperiments } from '../../../src/app/engine/experiments/records.js';
import { keepSaving } from '../../../src/app/engine/persistence.js';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { parseSnapshot, takeSnapshot } from '../../../src/app/engine/snapshot.js';
import { addDirection, changeDirection, useDirections } from '../../../src/app/stores/directions.js';
import { emptyDraft, useEditor } from '../../../src/app/stores/editor.js';
import { useExperiments } from '../../../src/app/stores/experiments.js';
import { useStatus } from '../../../src/app/stores/status.js';
import { tableOfLines } from '../../../src/core/texts/table.js';
import { readTexts } from '../../../src/core/texts/importing.js';
import { readSnapshotFixture } from '../../fixtures/snapshots/read.js';
import { sideOf } from '../../../src/core/texts/lines.js';

/** What is saved, by its key. */
const kept = createStore('keyval-store', 'keyval');
const contentOf = async (id: string) => (await get(`experiment ${id}`, kept)) as Content | undefined;
const presentId = (): string => useExperiments.getState().current!.id;

const problems = () => useStatus.getState().problems.map(({ about, error }) => `${about}: ${error.message}`);
let stop = (): void => undefined;

beforeEach(async () => {
  await clear(kept);
  sessionStorage.clear();
  useStatus.setState({ problems: [] });
  useDirections.setState({ entries: [], selectedId: null });
  addDirection(freeEntry({ name: 'happy', texts: null }));
  await beginExperiment();
  settlePresent(false);
});
afterEach(() => stop());

describe('saving', () => {
  it('keeps as many texts as an import takes in, however long', async () => {
    stop = keepSaving();
    const lines = Array.from({ length: 2000 }, (_, index) => `${index} ${'x'.repeat(600)}`).join('\n');
    const { positive } = readTexts(tableOfLines(lines), { kind: 'list', text: 0, side: 'positive' });
    useEditor.setState({ draft: { ...emptyDraft, positive: sideOf(positive) } });
    await vi.waitFor(async () =>
      expect((await contentOf(presentId()))?.snapshot.editor.draft.positive).toBe(sideOf(positive)),
    );
    expect((await beginExperiment())?.snapshot.editor.draft.positive).toBe(sideOf(positive));
    expect(problems()).toEqual([]);
  });

  it('never puts what could not be read in the place of what can, says so, and goes on when it can', async () => {
    stop = keepSaving();
    const { id } = useDirections.getState().entries[0]!;
    const strengthSaved = async () => (await contentOf(presentId()))?.snapshot.directions.entries[0]?.strength;
    changeDirection(id, { strength: 1 });
    await vi.waitFor(async () => expect(await strengthSaved()).toBe(1));
    changeDirection(id, { strength: 2 });
    changeDirection(id, { layerFactors: [Infinity] });
    document.dispatchEvent(new Event('visibilitychange'));
    await vi.waitFor(() =>
      expect(problems()).toEqual([
        expect.stringMatching(/storage: The board is not saved now.*“happy” \(layer factors\)/),
      ]),
    );
    expect(parseSnapshot(takeSnapshot())).toBeNull();
    expect(await strengthSaved()).toBe(1);
    changeDirection(id, { layerFactors: null });
    document.dispatchEvent(new Event('visibilitychange'));
    await vi.waitFor(async () => expect(await strengthSaved()).toBe(2));
    await vi.waitFor(() => expect(problems()).toEqual([]));
  });

  it('keeps in memory what the browser refuses to save, and says so', async () => {
    stop = keepSaving();
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('There is no room left.', 'QuotaExceededError');
    });
    const { id } = useDirections.getState().entries[0]!;
    changeDirection(id, { strength: 1.5 });
    await vi.waitFor(() => expect(problems()).toEqual([expect.stringMatching(/does not let the page save/)]));
    expect((await loadContent(presentId()))?.snapshot.directions.entries[0]?.strength).toBe(1.5);
    expect((await listExperiments()).map((summary) => summary.id)).toEqual([presentId()]);
    put.mockRestore();
    changeDirection(id, { strength: 1.6 });
    await vi.waitFor(async () =>
      expect((await contentOf(presentId()))?.snapshot.directions.entries[0]?.strength).toBe(1.6),
    );
    await vi.waitFor(() => expect(problems()).toEqual([]));
  });
});

describe('the board of an earlier version', () => {
  it('becomes an experiment, once', async () => {
    const board = structuredClone(takeSnapshot());
    await set('steerboard', board, kept);
    const content = await beginExperiment();
    expect(content).toEqual({ snapshot: board, outcome: null, isOfBoard: false });
    expect(await get('steerboard', kept)).toBeUndefined();
    expect((await contentOf(presentId()))?.snapshot).toEqual(board);
    const { id, name } = useExperiments.getState().current!;
    expect(name).toBe('Experiment 1');
    await beginExperiment();
    expect(useExperiments.getState().current?.id).toBe(id);
    expect(await listExperiments()).toHaveLength(1);
  });

  it('of the version before there were experiments is read as it was', async () => {
    const saved = readSnapshotFixture('1');
    await set('steerboard', saved, kept);
    const content = await beginExperiment();
    expect(problems()).toEqual([]);
    expect(content?.snapshot).toMatchObject(saved);
    expect(content?.snapshot.directions.entries.map(({ name }) => name)).toEqual(['happy', 'drawn']);
  });
});

describe('loading', () => {
  const spoiled = () => {
    const board = structuredClone(takeSnapshot());
    board.directions.entries[0]!.strength = NaN;
    return board;
  };

  it('puts aside what is damaged, keeps the rest, and finds it sound the next time', async () => {
    await set('steerboard', spoiled(), kept);
    const loaded = await beginExperiment();
    expect(loaded?.snapshot.directions.entries[0]).toMatchObject({ name: 'happy', strength: 0.5 });
    expect(await get('steerboard-damaged', kept)).toEqual([new Map([['directions.entries[0].strength', NaN]])]);
    expect(problems()).toEqual([expect.stringMatching(/damaged and was put aside: “happy” \(strength\)/)]);
    useStatus.setState({ problems: [] });
    expect(await beginExperiment()).toEqual(loaded);
    expect(problems()).toEqual([]);
  });

  it('mends an experiment in the same way, its kept texts too', async () => {
    await set('steerboard', structuredClone(takeSnapshot()), kept);
    await beginExperiment();
    const id = presentId();
    await set(`experiment ${id}`, { snapshot: spoiled(), outcome: { made: 1 }, isOfBoard: true }, kept);
    const content = await loadContent(id);
    expect(content).toMatchObject({ outcome: null, isOfBoard: false });
    expect(problems()).toEqual([expect.stringMatching(/“happy” \(strength\), the kept texts/)]);
    useStatus.setState({ problems: [] });
    expect(await loadContent(id)).toEqual(content);
    expect(problems()).toEqual([]);
  });

  it('puts nothing in the place of what was put aside before', async () => {
    await set('steerboard-damaged', { version: 0 }, kept);
    await set('steerboard', { version: 99 }, kept);
    expect(await beginExperiment()).toBeNull();
    expect(problems()).toEqual([expect.stringContaining('starts fresh')]);
    await set('steerboard', spoiled(), kept);
    await beginExperiment();
    expect(await get('steerboard-damaged', kept)).toEqual([
      { version: 0 },
      { snapshot: { version: 99 } },
      expect.any(Map),
    ]);
  });
});
