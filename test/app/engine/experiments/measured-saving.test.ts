// @vitest-environment happy-dom
/** Sweeps and searches are saved with their experiment, over a stand-in for IndexedDB. */
import 'fake-indexeddb/auto';
import { clear, createStore, del, get, keys, set } from 'idb-keyval';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freeEntry } from '../../../../src/app/engine/entries.js';
import { beginExperiment } from '../../../../src/app/engine/experiments/beginning.js';
import { presentContent, saveFile, saveFileOf } from '../../../../src/app/engine/experiments/giving.js';
import { keepMeasured, saveMeasured } from '../../../../src/app/engine/experiments/measuredKeeping.js';
import { forgetWritten } from '../../../../src/app/engine/experiments/measuredWritten.js';
import { foundJson, runJson, textJson } from '../../../../src/app/engine/experiments/measuredForm.js';
import { changeMeasured } from '../../../../src/app/engine/experiments/measuredRecords.js';
import { settlePresent } from '../../../../src/app/engine/experiments/present.js';
import {
  deleteExperiment,
  duplicate,
  newExperiment,
  switchTo,
  undoDelete,
} from '../../../../src/app/engine/experiments/switching.js';
import { addDirection, useDirections } from '../../../../src/app/stores/directions.js';
import { useExperiments } from '../../../../src/app/stores/experiments.js';
import { useFind } from '../../../../src/app/stores/find.js';
import { useStatus } from '../../../../src/app/stores/status.js';
import { changeRun, showPoint, useSweep, type SweepRun } from '../../../../src/app/stores/sweep.js';
import { foundFor, sweptRun } from './measured-run.js';

vi.mock('../../../../src/app/engine/regeneration.js', () => ({ regenerate: vi.fn(), isWritten: () => false }));
vi.mock('../../../../src/app/engine/model.js', () => ({ openBundled: vi.fn(), openModel: vi.fn() }));
vi.mock('../../../../src/app/engine/connection.js', () => ({
  ask: () => Promise.resolve([]),
  call: vi.fn(),
  cancelTask: vi.fn(),
}));

const kept = createStore('keyval-store', 'keyval');
const current = (): string => useExperiments.getState().current!.id;
const run = (): SweepRun | null => useSweep.getState().run;
const problems = () => useStatus.getState().problems.map(({ about, error }) => `${about}: ${error.message}`);
const savedKeys = async () => (await keys(kept)).map(String);
/** All that is known of a run, but for what is of the moment. */
const lasting = (of: SweepRun | null) => of && { ...of, task: null, progress: null, error: null };

/** The page is closed and opened again: only what is saved is left. */
async function restart(): Promise<void> {
  useSweep.setState(useSweep.getInitialState());
  useFind.setState(useFind.getInitialState());
  forgetWritten(current());
  await beginExperiment();
  settlePresent(false);
}

let stop = (): void => undefined;
beforeEach(async () => {
  await clear(kept);
  sessionStorage.clear();
  useStatus.setState({ problems: [] });
  useSweep.setState(useSweep.getInitialState());
  useFind.setState(useFind.getInitialState());
  useExperiments.setState(useExperiments.getInitialState());
  useDirections.setState({ entries: [], selectedId: null });
  await beginExperiment();
  addDirection(freeEntry({ name: 'happy', texts: null, method: 'random' }));
  settlePresent(false);
});
afterEach(() => {
  stop();
  stop = () => undefined;
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('a sweep and a search', () => {
  it('are there after a restart as they were, though nothing else was changed', async () => {
    const before = sweptRun('happy', 150);
    const found = foundFor('happy');
    useSweep.setState({ run: before, shown: 'steered happy 1-1 0.02' });
    useFind.setState({ found });
    await saveMeasured();
    await restart();
    expect(lasting(run())).toEqual(before);
    expect(useSweep.getState().shown).toBe('steered happy 1-1 0.02');
    expect(useFind.getState()).toMatchObject({ found, running: null, error: null });
    expect(run()?.error).toBeNull();
    expect(problems()).toEqual([]);
  });

  it('that were cut off have what there was by then, and say that they were', async () => {
    stop = keepMeasured();
    const running = { ...sweptRun('happy', 4, 3), task: 'a' };
    useSweep.setState({ run: running });
    useFind.setState({ running: { task: 'b', progress: { label: '', done: 0, of: 1 }, left: null } });
    window.dispatchEvent(new Event('pagehide'));
    await vi.waitFor(async () => expect((await savedKeys()).filter((key) => key.startsWith('swept'))).toHaveLength(7));
    await restart();
    expect(lasting(run())).toEqual(lasting(running));
    expect(run()).toMatchObject({
      task: null,
      error: { message: expect.stringMatching(/closed or reloaded/) as string },
    });
    expect(useFind.getState()).toMatchObject({ running: null, found: null });
    expect(useFind.getState().error?.message).toMatch(/closed or reloaded while it searched/);
  });

  it('of which the search was cut off while something was searched again have what was found before', async () => {
    stop = keepMeasured();
    const found = foundFor('happy');
    useFind.setState({ found, running: { task: 'b', progress: { label: '', done: 0, of: 1 }, left: null } });
    await saveMeasured();
    await restart();
    expect(useFind.getState()).toMatchObject({ running: null, found });
    expect(useFind.getState().error?.message).toMatch(/searched again.*is what was found before/);
  });

  it('are saved in pieces: a text that comes is written, and no other one again', async () => {
    const whole = sweptRun('happy', 4);
    const first = new Map([...whole.texts].slice(0, 6));
    useSweep.setState({ run: { ...whole, task: 'a', texts: first } });
    await saveMeasured();
    const put = vi.spyOn(IDBObjectStore.prototype, 'put');
    changeRun('a', () => ({ texts: new Map([...whole.texts].slice(0, 8)) }));
    await saveMeasured();
    expect(put).toHaveBeenCalledTimes(2);
    await saveMeasured();
    expect(put).toHaveBeenCalledTimes(2);
  });

  it('that begin anew leave nothing of the one before', async () => {
    useSweep.setState({ run: sweptRun('happy', 9) });
    await saveMeasured();
    const next = { ...sweptRun('sad', 2), id: 'another' };
    useSweep.setState({ run: next });
    await saveMeasured();
    expect((await savedKeys()).filter((key) => key.startsWith('swept'))).toHaveLength(6);
    await restart();
    expect(lasting(run())).toEqual(next);
  });

  it('go with their experiment when it is left, also when memory has room for them no longer', async () => {
    const before = sweptRun('happy', 3);
    const found = foundFor('happy');
    useSweep.setState({ run: before });
    useFind.setState({ found });
    const first = current();
    await newExperiment();
    expect(run()).toBeNull();
    // Its search is still in memory, its sweep is not.
    await saveMeasured();
    useSweep.setState({ aside: {} });
    await switchTo(first);
    expect(lasting(run())).toEqual(before);
    expect(useFind.getState().found).toBe(found);
    await saveMeasured();
    await restart();
    expect(lasting(run())).toEqual(before);
    expect(useFind.getState().found).toEqual(found);
  });

  it('that go on for an experiment which was left are saved there', async () => {
    const whole = sweptRun('happy', 3);
    useSweep.setState({ run: { ...whole, task: 'a', texts: new Map([...whole.texts].slice(0, 2)) } });
    const first = current();
    await newExperiment();
    changeRun('a', () => ({ texts: whole.texts, points: whole.points, task: null }));
    await saveMeasured();
    useSweep.setState({ aside: {} });
    await switchTo(first);
    expect(lasting(run())).toEqual(whole);
    expect(run()?.error).toBeNull();
  });

  it('are copied with their experiment; what runs goes on for the first', async () => {
    const before = { ...sweptRun('happy', 3, 2), task: 'a' };
    const found = foundFor('happy');
    useSweep.setState({ run: before });
    useFind.setState({ found });
    const first = current();
    await duplicate(first);
    expect(run()).toMatchObject({ task: null, texts: before.texts });
    expect(useSweep.getState().aside[first]?.run?.task).toBe('a');
    await saveMeasured();
    await restart();
    expect(run()).toMatchObject({ texts: before.texts, points: before.points });
    expect(useFind.getState().found).toEqual(found);
  });

  it('are deleted with their experiment, and brought back with it', async () => {
    const before = sweptRun('happy', 3);
    useSweep.setState({ run: before });
    const first = current();
    await newExperiment();
    expect(await deleteExperiment(first)).toBeNull();
    expect((await savedKeys()).filter((key) => key.includes(first))).toEqual([]);
    await saveMeasured();
    expect((await savedKeys()).filter((key) => key.includes(first))).toEqual([]);
    await undoDelete();
    await switchTo(first);
    expect(lasting(run())).toEqual(before);
  });

  it('of a copy that nothing was changed of are saved once it is', async () => {
    useSweep.setState({ run: sweptRun('happy', 3) });
    await saveMeasured();
    const first = current();
    await newExperiment();
    // Another tab has it now, so this one goes on with a copy.
    const request = (name: string, _: unknown, hold: () => unknown) =>
      name.endsWith(first) ? Promise.reject(new DOMException('', 'TimeoutError')) : Promise.resolve(hold());
    vi.stubGlobal('navigator', Object.create(navigator, { locks: { value: { request } } }));
    await switchTo(first);
    const copy = current();
    expect(copy).not.toBe(first);
    expect(run()?.texts.size).toBe(8);
    await saveMeasured();
    expect((await savedKeys()).filter((key) => key.includes(copy))).toEqual([]);
    useFind.setState({ found: foundFor('happy') });
    await saveMeasured();
    expect((await savedKeys()).filter((key) => key.includes(copy))).toHaveLength(11);
  });
});

describe('another tab', () => {
  /** It had the experiment after this one left it, and made a sweep and a search of its own there. */
  async function madeElsewhere(id: string) {
    const theirs = { ...sweptRun('sad', 2), id: 'theirs' };
    const found = { ...foundFor('happy'), seconds: 99 };
    await changeMeasured(id, {
      head: { version: 1, run: runJson(theirs), shown: null, found: foundJson(found), searching: false },
      anew: true,
      runId: theirs.id,
      texts: [...theirs.texts.values()].map(textJson),
    });
    return { theirs, found };
  }

  it('that made another sweep has its results shown here', async () => {
    useSweep.setState({ run: sweptRun('happy', 3) });
    useFind.setState({ found: foundFor('happy') });
    const first = current();
    await newExperiment();
    await saveMeasured();
    const { theirs, found } = await madeElsewhere(first);
    await switchTo(first);
    expect(lasting(run())).toEqual(theirs);
    expect(useFind.getState().found).toEqual(found);
  });

  it('does not lose its search to a sweep that goes on here, and no texts are mixed', async () => {
    // More than are saved in one turn.
    const whole = sweptRun('happy', 60);
    useSweep.setState({ run: { ...whole, task: 'a', texts: new Map([...whole.texts].slice(0, 2)) } });
    const first = current();
    await newExperiment();
    await saveMeasured();
    const { found } = await madeElsewhere(first);
    changeRun('a', () => ({ texts: whole.texts, points: whole.points, task: null }));
    await saveMeasured();
    useSweep.setState({ aside: {} });
    await switchTo(first);
    expect(lasting(run())).toEqual(whole);
    expect((await savedKeys()).filter((key) => key.startsWith('swept'))).toHaveLength(whole.texts.size);
    expect(useFind.getState().found).toEqual(found);
  });
});

describe('storage that is full or blocked', () => {
  it('is said, loses nothing, and is written to as soon as it can be', async () => {
    const before = sweptRun('happy', 2);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('There is no room left.', 'QuotaExceededError');
    });
    useSweep.setState({ run: before });
    await saveMeasured();
    expect(problems()).toContainEqual(
      expect.stringMatching(/^results: .*does not let the page save what was measured/),
    );
    expect(useExperiments.getState().resultsKept).toBe(false);
    expect(run()).toBe(before);
    put.mockRestore();
    showPoint('baseline');
    await saveMeasured();
    expect(problems().filter((problem) => problem.startsWith('results'))).toEqual([]);
    expect(useExperiments.getState().resultsKept).toBe(true);
    await restart();
    expect(lasting(run())).toEqual(before);
  });
});

describe('storage that cannot be read', () => {
  it('keeps what is there: nothing is written over what nobody could see', async () => {
    const first = sweptRun('happy', 2);
    useSweep.setState({ run: first });
    await saveMeasured();
    const before = await savedKeys();
    const { getAll: there } = IDBObjectStore.prototype;
    const getAll = vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(function (
      this: IDBObjectStore,
      range,
      most,
    ) {
      const { lower } = range as IDBKeyRange;
      if (String(lower).startsWith('swept ')) throw new DOMException('The disk is away.', 'UnknownError');
      return there.call(this, range, most);
    });
    await restart();
    expect(run()).toBeNull();
    getAll.mockRestore();
    useSweep.setState({ run: { ...sweptRun('calm', 1), id: 'another run' } });
    await saveMeasured();
    expect(useExperiments.getState().resultsKept).toBe(false);
    expect(await savedKeys()).toEqual(before);
    await restart();
    expect(lasting(run())).toEqual(first);
  });
});

describe('a file', () => {
  let given: Blob | null = null;
  beforeEach(() => {
    vi.spyOn(URL, 'createObjectURL').mockImplementation((file) => {
      given = file as Blob;
      return '#';
    });
  });
  const content = async () => JSON.parse(await given!.text()) as Readonly<Record<string, unknown>>;

  it('has the results of one that is not on the board, too', async () => {
    useSweep.setState({ run: sweptRun('happy', 3) });
    const first = current();
    await newExperiment();
    await saveMeasured();
    useSweep.setState({ aside: {} });
    await saveFileOf(first, 'the first');
    expect(await content()).toMatchObject({ sweep: { texts: { length: 8 } }, found: null });
    expect(problems()).toEqual([]);
  });

  it('is without those of a sweep that is too long, and says so', async () => {
    const run = sweptRun('happy', 1);
    const [text] = run.texts.values();
    const long = { ...text!, pieces: Array.from({ length: 1_000_001 }, () => '.') };
    useSweep.setState({ run: { ...run, texts: new Map([[long.id, long]]) } });
    useFind.setState({ found: foundFor('happy') });
    saveFile(presentContent());
    expect(await content()).toMatchObject({ sweep: null, found: { ended: 'done' } });
    expect(problems()).toEqual([expect.stringMatching(/^file: The file is without the results of the sweep/)]);
    useSweep.setState(useSweep.getInitialState());
  });
});

it('what could not be read back is not saved, and that is said', async () => {
  useSweep.setState({ run: sweptRun('happy', 1) });
  await saveMeasured();
  const run = sweptRun('happy', 1);
  useSweep.setState({ run: { ...run, id: 'other', directions: [] } });
  await saveMeasured();
  expect(problems()).toEqual([expect.stringMatching(/^results: .*holds what could not be read back/)]);
  await restart();
  expect(lasting(useSweep.getState().run)).toEqual(run);
});

describe('what is damaged', () => {
  const aside = async () => ((await get('steerboard-damaged', kept)) as unknown[] | undefined) ?? [];
  const textKeys = async () => (await savedKeys()).filter((key) => key.startsWith('swept'));
  beforeEach(async () => {
    useSweep.setState({ run: sweptRun('happy', 3) });
    useFind.setState({ found: foundFor('happy') });
    await saveMeasured();
  });

  it('of the texts is put aside and said once, and the sweep goes on without it', async () => {
    const [first, second] = await textKeys();
    await set(first!, { id: 3 }, kept);
    await set(second!, 'nothing', kept);
    await restart();
    expect(run()?.texts.size).toBe(6);
    expect(problems()).toEqual([expect.stringMatching(/damaged and was put aside: 2 texts of the sweep/)]);
    expect(await aside()).toEqual([new Map([['2 texts of the sweep', [{ id: 3 }, 'nothing']]])]);
    useStatus.setState({ problems: [] });
    await restart();
    expect(problems()).toEqual([]);
  });

  it('of the sweep leaves the search, and the other way round', async () => {
    const key = `measured ${current()}`;
    const head = (await get(key, kept)) as Record<string, unknown>;
    await set(key, { ...head, run: { ...(head['run'] as object), settings: 'none' } }, kept);
    await restart();
    expect(run()).toBeNull();
    expect(useFind.getState().found).not.toBeNull();
    expect(problems()).toEqual([expect.stringMatching(/put aside: the results of the sweep\./)]);
    expect(await textKeys()).toEqual([]);
    await set(key, { ...head, run: null, found: { sought: null } }, kept);
    await restart();
    expect(useFind.getState().found).toBeNull();
    expect(problems()).toEqual([expect.stringMatching(/put aside: what a search found\./)]);
  });

  it.each([null, 3, 'x', [], {}, { version: 99 }, { version: 1, run: 1, found: [] }])(
    'as %j throws nothing',
    async (head) => {
      await set(`measured ${current()}`, head, kept);
      await restart();
      expect(run()).toBeNull();
      expect(useFind.getState().found).toBeNull();
      expect(problems()).toHaveLength(1);
    },
  );

  it('is nothing where nothing was saved', async () => {
    await del(`measured ${current()}`, kept);
    await restart();
    expect([run(), problems()]).toEqual([null, []]);
  });
});
