// @vitest-environment happy-dom
import 'fake-indexeddb/auto';
import { clear, createStore } from 'idb-keyval';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freeEntry } from '../../../../src/app/engine/entries.js';
import { beginExperiment, loadContent } from '../../../../src/app/engine/experiments/beginning.js';
import { dismissIncoming, openIncoming, takeFile } from '../../../../src/app/engine/experiments/incoming.js';
import { isUntouched, settlePresent, takeOutcome } from '../../../../src/app/engine/experiments/present.js';
import {
  deleteExperiment,
  duplicate,
  newExperiment,
  rename,
  switchTo,
  undoDelete,
} from '../../../../src/app/engine/experiments/switching.js';
import { keepHistory } from '../../../../src/app/engine/history.js';
import { keepSaving } from '../../../../src/app/engine/persistence.js';
import { addDirection, changeDirection, useDirections } from '../../../../src/app/stores/directions.js';
import { useExperiments } from '../../../../src/app/stores/experiments.js';
import { useFind, type Found } from '../../../../src/app/stores/find.js';
import { useHistory } from '../../../../src/app/stores/history.js';
import { setPrompt, usePrompt } from '../../../../src/app/stores/prompt.js';
import { useSession } from '../../../../src/app/stores/session.js';
import { useStatus } from '../../../../src/app/stores/status.js';
import { writeExperiment, type Outcome } from '../../../../src/core/experiments/index.js';
import { validExperiment } from '../../../core/experiments/valid-experiment.js';
import { stamp } from '../../../core/formats/valid-document.js';

vi.mock('../../../../src/app/engine/regeneration.js', () => ({ regenerate: vi.fn(), isWritten: () => false }));
vi.mock('../../../../src/app/engine/model.js', () => ({
  openBundled: vi.fn(),
  openModel: vi.fn(),
  cancelOpening: vi.fn(),
}));
vi.mock('../../../../src/app/engine/connection.js', () => ({ ask: () => Promise.resolve([]), call: vi.fn() }));

const kept = createStore('keyval-store', 'keyval');
const { made } = validExperiment();
const outcome = { made: made!, ...validExperiment().outcome! } as Outcome;
const now = () => useExperiments.getState();
const names = (): readonly string[] => now().list.map(({ name }) => name);
const idOf = (name: string): string => now().list.find((summary) => summary.name === name)!.id;
const strength = (): number => useDirections.getState().entries[0]!.strength;
const setStrength = (value: number): void =>
  changeDirection(useDirections.getState().entries[0]!.id, { strength: value });
const fileOf = (text: string): File => new File([text], 'given.json', { type: 'application/json' });
let stops: (() => void)[] = [];

beforeEach(async () => {
  await clear(kept);
  sessionStorage.clear();
  useStatus.setState({ problems: [] });
  useExperiments.setState(useExperiments.getInitialState());
  useDirections.setState({ entries: [], selectedId: null });
  usePrompt.setState(usePrompt.getInitialState());
  await beginExperiment();
  addDirection(freeEntry({ name: 'happy', texts: null, method: 'random' }));
  settlePresent(false);
  stops = [keepHistory(window), keepSaving()];
});
afterEach(() => stops.forEach((stop) => stop()));

describe('experiments', () => {
  it('are left as they were and come back as they were left, each without the other’s steps of undo', async () => {
    setStrength(1.5);
    const { entries } = useDirections.getState();
    expect(useHistory.getState().undo).toBe('strength of happy');
    await newExperiment();
    expect(useHistory.getState()).toEqual({ undo: null, redo: null });
    expect(now().current?.name).toBe('Experiment 2');
    setPrompt('Another');
    await switchTo(idOf('Experiment 1'));
    expect(useDirections.getState().entries).toEqual(entries);
    expect(usePrompt.getState().prompt).not.toBe('Another');
    expect(useHistory.getState().undo).toBeNull();
    await switchTo(idOf('Experiment 2'));
    expect(usePrompt.getState().prompt).toBe('Another');
  });

  it('take along what was found in them, and a copy has it too', async () => {
    const found = { usedId: 'found' } as Found;
    useFind.setState({ found });
    await duplicate(now().current!.id);
    expect(useFind.getState().found).toBe(found);
    await newExperiment();
    expect(useFind.getState().found).toBeNull();
    await switchTo(idOf('Experiment 1'));
    expect(useFind.getState().found).toBe(found);
    useFind.setState(useFind.getInitialState());
  });

  it('are copied with what they gave, and the copy changed alone', async () => {
    takeOutcome(outcome);
    await duplicate(now().current!.id);
    expect(now()).toMatchObject({ current: { name: 'Experiment 2', line: 'so so', model: 'tales' }, outcome });
    setStrength(-1);
    await switchTo(idOf('Experiment 1'));
    expect(strength()).toBe(0.5);
    expect((await loadContent(idOf('Experiment 2')))?.isOfBoard).toBe(false);
    expect((await loadContent(idOf('Experiment 1')))?.isOfBoard).toBe(true);
  });

  it('are renamed, deleted and brought back; the last one makes room for a fresh one', async () => {
    await duplicate(now().current!.id);
    expect(await rename(idOf('Experiment 1'), '  the first ')).toBeNull();
    expect(await rename(now().current!.id, 'the copy')).toBeNull();
    expect(await rename(now().current!.id, ' ')).toMatch(/a letter/);
    expect([...names()].sort()).toEqual(['the copy', 'the first']);
    setStrength(1.25);
    await deleteExperiment(now().current!.id);
    expect(now()).toMatchObject({ current: { name: 'the first' }, deleted: { name: 'the copy' } });
    await undoDelete();
    await switchTo(idOf('the copy'));
    expect(strength()).toBe(1.25);
    await deleteExperiment(idOf('the first'));
    await deleteExperiment(now().current!.id);
    expect(names()).toEqual(['Experiment 1']);
  });

  it('know whether something was changed since they were opened, fits and first layers aside', () => {
    expect(isUntouched()).toBe(true);
    changeDirection(useDirections.getState().entries[0]!.id, { layers: [2, 2], fits: [] });
    expect(isUntouched()).toBe(true);
    setStrength(0.75);
    expect(isUntouched()).toBe(false);
  });
});

describe('what comes in', () => {
  const text = writeExperiment(validExperiment());

  it('is shown first, and changes nothing when it is dismissed', async () => {
    const before = useDirections.getState();
    await takeFile(fileOf(text));
    expect(now().incoming).toMatchObject({ from: 'file', document: { name: validExperiment().name } });
    dismissIncoming();
    await openIncoming();
    expect(useDirections.getState()).toBe(before);
    expect(names()).toEqual([]);
  });

  it('opens beside what is here, and waits to be held against what it gave', async () => {
    setStrength(1.5);
    await takeFile(fileOf(text));
    await openIncoming();
    expect(now()).toMatchObject({ incoming: null, reproduction: { kept: outcome, result: null } });
    expect(useDirections.getState().entries.map(({ name }) => name)).toEqual(['happy', 'drawn']);
    expect([...names()].sort()).toEqual(['Experiment 1', validExperiment().name]);
    await switchTo(idOf('Experiment 1'));
    expect(strength()).toBe(1.5);
    expect(now().reproduction).toBeNull();
  });

  it('of a model that is not here says so, asks no one for it, and stays with it while it is not changed', async () => {
    const session = useSession.getState();
    useSession.setState({ loaded: { stamp } as never, phase: 'starting' });
    const place = {
      kind: 'hub',
      id: 'org/model',
      revision: 'c'.repeat(40),
      host: 'https://elsewhere.example',
    } as const;
    await takeFile(fileOf(writeExperiment({ ...validExperiment(), made: { ...made!, place } })));
    await openIncoming();
    expect(now().notes).toEqual([
      expect.stringMatching(/org\/model \(fp32\) of https:\/\/elsewhere.example, which is not stored/),
    ]);
    expect(useSession.getState()).toMatchObject({ hub: null, hubHost: 'https://huggingface.co' });
    const { id } = now().current!;
    await newExperiment();
    expect((await loadContent(id))?.snapshot.session.hub).toEqual({ ...place, kind: undefined, dtype: 'fp32' });
    useSession.setState(session);
  });

  it('that is broken is refused with its name', async () => {
    await takeFile(fileOf(text.slice(0, 200)));
    expect(now().incoming).toBeNull();
    expect(useStatus.getState().problems).toMatchObject([{ about: 'file', error: { code: 'document-invalid' } }]);
    expect(useStatus.getState().problems[0]?.error.message).toMatch(/^given\.json: /);
  });
});
