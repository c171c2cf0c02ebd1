// @vitest-environment happy-dom
/** What must not be lost or end up in another experiment when the board is left. */
import 'fake-indexeddb/auto';
import { clear, createStore, get, set } from 'idb-keyval';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freeEntry } from '../../../../src/app/engine/entries.js';
import { beginExperiment, loadContent } from '../../../../src/app/engine/experiments/beginning.js';
import type { Content } from '../../../../src/app/engine/experiments/content.js';
import { saveFileOf } from '../../../../src/app/engine/experiments/giving.js';
import { openIncoming } from '../../../../src/app/engine/experiments/incoming.js';
import { beginPresent, settlePresent } from '../../../../src/app/engine/experiments/present.js';
import {
  deleteExperiment,
  duplicate,
  newExperiment,
  switchTo,
} from '../../../../src/app/engine/experiments/switching.js';
import { saveNow } from '../../../../src/app/engine/persistence.js';
import { takeSnapshot } from '../../../../src/app/engine/snapshot.js';
import { addDirection, changeDirection, useDirections } from '../../../../src/app/stores/directions.js';
import { changeDraft } from '../../../../src/app/stores/editor.js';
import { useExperiments } from '../../../../src/app/stores/experiments.js';
import { changeFind } from '../../../../src/app/stores/find.js';
import { setLimit } from '../../../../src/app/stores/limits.js';
import { useModels } from '../../../../src/app/stores/models.js';
import { setPrompt, usePrompt } from '../../../../src/app/stores/prompt.js';
import { useScan } from '../../../../src/app/stores/scan.js';
import { useSession, type HubModel } from '../../../../src/app/stores/session.js';
import { useStatus } from '../../../../src/app/stores/status.js';
import { changeSpec, useSweep } from '../../../../src/app/stores/sweep.js';
import { useView } from '../../../../src/app/stores/view.js';
import { validExperiment } from '../../../core/experiments/valid-experiment.js';
import { sweptRun } from './measured-run.js';

const slow: HubModel = { id: 'org/slow', revision: 'a'.repeat(40), host: 'https://huggingface.co', dtype: 'q4' };
/** The model that is being opened: told whether it is used in the end. */
const opening = vi.hoisted(() => ({ end: null as null | ((isUsed: boolean) => void), stored: [] as unknown[] }));

vi.mock('../../../../src/app/engine/regeneration.js', () => ({ regenerate: vi.fn(), isWritten: () => false }));
vi.mock('../../../../src/app/engine/connection.js', () => ({
  ask: () => Promise.resolve(opening.stored),
  call: vi.fn(),
}));
vi.mock('../../../../src/app/engine/model.js', () => ({
  openBundled: vi.fn(),
  openModel: () => {
    useModels.setState({ opening: { task: 'slow' } as never });
    return new Promise<boolean>((resolve) => (opening.end = resolve));
  },
  cancelOpening: () => {
    useModels.setState({ opening: null });
    opening.end?.(false);
  },
}));

const kept = createStore('keyval-store', 'keyval');
const saved = async (id: string) => (await get(`experiment ${id}`, kept)) as Content | undefined;
const putAside = async () => ((await get('steerboard-damaged', kept)) as unknown[] | undefined) ?? [];
const current = () => useExperiments.getState().current!;
const problems = () => useStatus.getState().problems.map(({ error }) => error.message);
const spoil = (): void => changeDirection(useDirections.getState().entries[0]!.id, { strength: NaN });

beforeEach(async () => {
  await clear(kept);
  sessionStorage.clear();
  useExperiments.setState(useExperiments.getInitialState());
  useSession.setState(useSession.getInitialState());
  useModels.setState(useModels.getInitialState());
  useStatus.setState({ problems: [] });
  usePrompt.setState(usePrompt.getInitialState());
  useDirections.setState({ entries: [], selectedId: null });
  opening.end = null;
  opening.stored = [{ id: slow.id, host: slow.host, commit: slow.revision, dtypes: [slow.dtype] }];
  await beginExperiment();
  addDirection(freeEntry({ name: 'happy', texts: null, method: 'random' }));
  settlePresent(false);
  await saveNow();
});
afterEach(() => vi.unstubAllGlobals());

describe('a model that opens slowly', () => {
  /** One more experiment, of a hub's model; the one on the board stays there. */
  async function saveWith(hub: HubModel): Promise<string> {
    const { id } = current();
    await newExperiment();
    const added = current().id;
    await switchTo(id);
    const content = (await saved(added))!;
    const session = { ...content.snapshot.session, hub };
    await set(`experiment ${added}`, { ...content, snapshot: { ...content.snapshot, session } }, kept);
    return added;
  }

  /** Begins to open a second experiment, whose model is another. */
  async function openSlow() {
    const first = current().id;
    const second = await saveWith(slow);
    const isShown = switchTo(second);
    await vi.waitFor(() => expect(opening.end).not.toBeNull());
    return { first, second, isShown };
  }

  it('is no longer opened when another experiment is', async () => {
    const { first, second, isShown } = await openSlow();
    await switchTo(first);
    await isShown;
    expect(useModels.getState().opening).toBeNull();
    expect((await saved(first))?.snapshot.session.hub).toBeNull();
    expect((await saved(second))?.snapshot.session.hub).toEqual(slow);
  });

  it('does not become that of another experiment, were it ready all the same', async () => {
    // Of a model that is not here.
    const third = await saveWith({ ...slow, id: 'org/elsewhere' });
    const { isShown } = await openSlow();
    useModels.setState({ opening: null });
    await switchTo(third);
    useSession.setState({ hub: slow });
    opening.end!(true);
    await isShown;
    await saveNow();
    expect((await saved(third))?.snapshot.session.hub?.id).toBe('org/elsewhere');
  });

  it('that the user began to open since then goes on', async () => {
    const { first } = await openSlow();
    useModels.setState({ opening: { task: 'the user’s' } as never });
    await switchTo(first);
    expect(useModels.getState().opening?.task).toBe('the user’s');
  });

  it('stays with its experiment when that is changed meanwhile', async () => {
    const { first, second } = await openSlow();
    setPrompt('Changed while it was opened');
    await switchTo(first);
    expect((await saved(second))?.snapshot).toMatchObject({
      prompt: { prompt: 'Changed while it was opened' },
      session: { hub: slow },
    });
  });
});

describe('a copy of an experiment that another tab has', () => {
  const beginCopy = (): void => {
    beginPresent({ ...current(), id: 'copy', name: 'Copy' }, null, { isCopy: true });
    settlePresent(false);
  };

  it('is not kept while nothing is typed or set', async () => {
    beginCopy();
    useView.setState({ labTab: 'plane', layer: 2 });
    await saveNow();
    expect(await saved('copy')).toBeUndefined();
  });

  it('is kept once something is measured in it, so that what goes on there can be gone back to', async () => {
    const first = current().id;
    beginCopy();
    const run = { ...sweptRun('happy', 2, 1), task: 'sweep' };
    useSweep.setState({ run });
    await switchTo(first);
    expect(useSweep.getState().run).toBeNull();
    expect(useExperiments.getState().list.map(({ name }) => name)).toContain('Copy');
    await switchTo('copy');
    expect(current().id).toBe('copy');
    expect(useSweep.getState().run).toBe(run);
    expect(problems()).toEqual([]);
    useSweep.setState(useSweep.getInitialState());
  });

  it.each<[string, () => void, (content: Content) => unknown, unknown]>([
    ['the editor', () => changeDraft({ positive: 'typed' }), (it) => it.snapshot.editor.draft.positive, 'typed'],
    ['what is to be found', () => changeFind({ positive: 'typed' }), (it) => it.snapshot.find.positive, 'typed'],
    ['the sweep', () => changeSpec({ prompts: 'typed' }), (it) => it.snapshot.sweep.prompts, 'typed'],
    ['the scan', () => useScan.setState({ text: 'typed' }), (it) => it.snapshot.view.scan.text, 'typed'],
    ['the limits', () => setLimit('meanKl', 'broken', 9), (it) => it.snapshot.limits.meanKl.broken, 9],
  ])('is kept with what is typed in %s', async (_, type, typed, value) => {
    beginCopy();
    type();
    await saveNow();
    expect(typed((await saved('copy'))!)).toBe(value);
  });
});

describe('a board that cannot be saved', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['a new experiment', newExperiment],
    ['a copy', () => duplicate(current().id)],
    ['another', () => switchTo('another')],
    ['a deletion', () => deleteExperiment(current().id)],
  ])('is not left for %s, and says so each time', async (_, leave) => {
    const { id } = current();
    spoil();
    for (let time = 0; time < 2; time++) {
      useStatus.setState({ problems: [] });
      await leave();
      expect(problems()).toEqual([expect.stringMatching(/^The board is not saved now.*“happy” \(strength\)/)]);
    }
    expect(current().id).toBe(id);
  });

  it('keeps what came in until it can be opened', async () => {
    const incoming = { from: 'link', document: validExperiment() } as const;
    useExperiments.setState({ incoming });
    spoil();
    expect(await openIncoming()).toMatch(/cannot be saved now/);
    expect(useExperiments.getState().incoming).toBe(incoming);
    expect(problems()).toEqual([expect.stringMatching(/^The board is not saved now/)]);
    changeDirection(useDirections.getState().entries[0]!.id, { strength: 1 });
    expect(await openIncoming()).toBeNull();
    expect(useExperiments.getState()).toMatchObject({ incoming: null, current: { name: validExperiment().name } });
  });
});

describe('an experiment that cannot be read', () => {
  it('stays as it is saved, however often it is looked at, and is named', async () => {
    const { id, name } = current();
    await set(`experiment ${id}`, 'rubbish', kept);
    for (let time = 0; time < 3; time++) expect(await loadContent(id)).toBeNull();
    expect(await saveFileOf(id, name)).toBeNull();
    expect(problems()).toEqual([expect.stringMatching(/^“Experiment 1” cannot be read by this version/)]);
    expect(await putAside()).toEqual([]);
    expect(await saved(id)).toBe('rubbish');
  });

  it('is passed over when the one on the board is deleted beside it', async () => {
    const unreadable = current().id;
    await newExperiment();
    const { id } = current();
    await set(`experiment ${unreadable}`, 'rubbish', kept);
    expect(await deleteExperiment(id)).toBeNull();
    expect([unreadable, id]).not.toContain(current().id);
    expect(await saved(id)).toBeUndefined();
    expect(await saved(unreadable)).toBe('rubbish');
  });
});

describe('a damaged experiment', () => {
  const damaged = () => ({
    snapshot: { ...structuredClone(takeSnapshot()), find: 7 },
    outcome: null,
    isOfBoard: false,
  });

  it('of another tab is read and left to that tab', async () => {
    const id = 'of another tab';
    await set(`summary ${id}`, { ...current(), id }, kept);
    await set(`experiment ${id}`, damaged(), kept);
    const locks = { request: () => Promise.reject(new DOMException('Too long.', 'TimeoutError')) };
    vi.stubGlobal('navigator', { locks });
    expect((await loadContent(id))?.snapshot.prompt).toEqual(takeSnapshot().prompt);
    expect(problems()).toEqual([expect.stringMatching(/damaged and is missing here: what was to be found/)]);
    expect(await putAside()).toEqual([]);
    expect((await saved(id))?.snapshot.find).toBe(7);
  });

  it('of this tab is mended once', async () => {
    const { id } = current();
    await set(`experiment ${id}`, damaged(), kept);
    for (let time = 0; time < 2; time++) await loadContent(id);
    expect(await putAside()).toEqual([new Map([['find', 7]])]);
    expect((await saved(id))?.snapshot.find).toEqual(takeSnapshot().find);
  });
});

it('whether the tour was offered is the page’s, whatever was saved with an experiment', async () => {
  const first = current().id;
  useView.setState({ tourOffered: true });
  await saveNow();
  await newExperiment();
  useView.setState({ tourOffered: false });
  await switchTo(first);
  expect(useView.getState().tourOffered).toBe(false);
  expect((await saved(first))?.snapshot.view.tourOffered).toBe(false);
});
