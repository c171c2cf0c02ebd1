import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { calibrationKey, keepCalibrating } from '../../../src/app/engine/calibration.js';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { parseSnapshot, takeSnapshot } from '../../../src/app/engine/snapshot.js';
import { useCalibration } from '../../../src/app/stores/calibration.js';
import {
  addDirection,
  changeDirection,
  removeDirection,
  setFit,
  useDirections,
  type DirectionEntry,
} from '../../../src/app/stores/directions.js';
import { resetLimits, setLimit } from '../../../src/app/stores/limits.js';
import { useSession } from '../../../src/app/stores/session.js';
import { useTexts } from '../../../src/app/stores/texts.js';
import { SteerboardError } from '../../../src/core/errors.js';
import { thresholds } from '../../../src/core/measures/index.js';
import type { CalibrateRequest, Calibration, LoadedModel, WorkerApi } from '../../../src/protocol/api.js';

interface Asked extends CalibrateRequest {
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}
const { asked, cancelled } = vi.hoisted(() => ({ asked: [] as Asked[], cancelled: [] as string[] }));

function calibrate(request: CalibrateRequest): Promise<Calibration> {
  return new Promise((resolve, reject) => {
    const points = [-2, 0, 2].map((strength) => ({ strength, kl: [strength ** 2] }));
    const finish = () => resolve({ points, texts: 1, tokens: 4, milliseconds: 1 });
    asked.push({ ...request, finish, fail: reject });
  });
}

vi.mock('../../../src/app/engine/connection.js', () => ({
  call: <Result>(use: (api: WorkerApi) => Promise<Result>) => use({ calibrate } as unknown as WorkerApi),
  cancelTask: (task: string) => {
    cancelled.push(task);
    asked.find((it) => it.task === task)?.fail(new SteerboardError('cancelled', 'Cancelled.'));
  },
}));

const stamp = { id: 'm', revision: null, dtype: 'fp32', family: 'llama', layers: 3, width: 2 };
const loaded = { stamp, chat: false } as unknown as LoadedModel;
const pause = () => vi.advanceTimersByTimeAsync(2000);
const now = (id: string): DirectionEntry => useDirections.getState().entries.find((entry) => entry.id === id)!;
const keyOf = (id: string) => calibrationKey(now(id), useDirections.getState(), loaded, false);

function add(name: string): string {
  const entry = { ...freeEntry({ name, texts: null }), layers: [1, 1] as const };
  addDirection(entry);
  const layers = [0, 1, 2].map((layer) => ({
    layer,
    vector: Float32Array.of(1, 0),
    scale: 1,
    residualNorm: 4,
    separation: null,
  }));
  const source = { method: '', options: {}, texts: null };
  setFit(entry.id, { version: `${name} 1`, direction: { model: stamp, hook: 'resid_post', source, layers } });
  return entry.id;
}

beforeAll(() => {
  vi.useFakeTimers();
  keepCalibrating();
});

beforeEach(async () => {
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  useCalibration.setState({ done: {}, failed: {}, running: null });
  useSession.setState({ loaded, phase: 'ready' });
  useTexts.setState({ writing: false });
  resetLimits();
  await pause();
  asked.length = cancelled.length = 0;
});

afterEach(async () => {
  for (const it of asked) it.finish();
  await pause();
});

describe('a safe range', () => {
  it('is measured a while after a direction is there, once, and is kept over a reload', async () => {
    const id = add('happy');
    expect(asked).toHaveLength(0);
    await pause();
    expect(asked).toHaveLength(1);
    expect(useCalibration.getState().running).toBe(id);
    asked[0]!.finish();
    await pause();
    expect(useCalibration.getState()).toMatchObject({ running: null, done: { [id]: { key: keyOf(id), budget: 1.5 } } });
    changeDirection(id, { strength: 1.5, name: 'glad' });
    await pause();
    expect(asked).toHaveLength(1);
    const saved = parseSnapshot(structuredClone(takeSnapshot()))!;
    expect(saved.calibration.done[id]).toEqual(useCalibration.getState().done[id]);
  });

  it('and limits are as on a first visit in a snapshot from before there were any', () => {
    const { limits: _, calibration: __, ...old } = takeSnapshot();
    setLimit('meanKl', 'strained', 0.3);
    const read = parseSnapshot(old)!;
    expect(read.limits).toEqual(thresholds);
    expect(read.calibration).toEqual({ done: {} });
  });

  it('is of the direction by itself, whatever its strength and its condition, and of all else that it does', () => {
    const id = add('happy');
    const other = add('other');
    const key = keyOf(id);
    const same: Partial<DirectionEntry>[] = [
      { strength: -1 },
      { enabled: false },
      { name: 'glad' },
      { condition: { directionId: other, layer: 0, figure: 'projection', side: 'above', threshold: 0 } },
    ];
    for (const change of same) {
      changeDirection(id, change);
      expect(keyOf(id)).toBe(key);
    }
    changeDirection(other, { strength: 2, layers: [0, 2] });
    expect(keyOf(id)).toBe(key);
    const others: Partial<DirectionEntry>[] = [
      { layers: [0, 1] },
      { layerFactors: [1, 0.5, 1] },
      { scope: { prompt: false, generated: true } },
      { operator: 'clamp' },
    ];
    const keys = others.map((change) => {
      changeDirection(id, change);
      return keyOf(id);
    });
    expect(new Set([key, ...keys]).size).toBe(5);
    changeDirection(id, { operator: 'ablate' });
    expect(keyOf(id)).toBeNull();
  });

  it('that is outdated is cancelled, and measured again as it is now', async () => {
    const id = add('happy');
    await pause();
    changeDirection(id, { layers: [2, 2] });
    expect(cancelled).toEqual([asked[0]!.task]);
    await pause();
    expect(asked).toHaveLength(2);
    expect(asked[1]!.plan.terms[0]!.sites.map(({ layer }) => layer)).toEqual([2]);
  });

  it('waits while texts are written, and gives way to them', async () => {
    useTexts.setState({ writing: true });
    add('happy');
    await pause();
    expect(asked).toHaveLength(0);
    useTexts.setState({ writing: false });
    await pause();
    expect(asked).toHaveLength(1);
    useTexts.setState({ writing: true });
    expect(cancelled).toEqual([asked[0]!.task]);
    await pause();
    expect(asked).toHaveLength(1);
    useTexts.setState({ writing: false });
    await pause();
    expect(asked).toHaveLength(2);
  });

  it('is measured again for another budget', async () => {
    add('happy');
    await pause();
    asked[0]!.finish();
    await pause();
    setLimit('meanKl', 'strained', 0.5);
    setLimit('perplexityRatio', 'strained', 3);
    await pause();
    expect(asked.map(({ budget }) => budget)).toEqual([1.5, 0.5]);
  });

  it('that could not be measured is not asked for again until something changes', async () => {
    const id = add('happy');
    await pause();
    asked[0]!.fail(new SteerboardError('plan-impossible', 'Not together.'));
    await pause();
    expect(useCalibration.getState().failed[id]).toEqual({ key: keyOf(id), enabled: true, message: 'Not together.' });
    expect(asked).toHaveLength(1);
    // What cannot be done for one that is on may be for one that is off, and the other way round.
    changeDirection(id, { enabled: false });
    await pause();
    expect(asked.map(({ mayOpen }) => mayOpen)).toEqual([true, false]);
    asked[1]!.fail(new SteerboardError('plan-impossible', 'Not open.'));
    await pause();
    changeDirection(id, { layers: [0, 0] });
    await pause();
    expect(asked).toHaveLength(3);
  });

  it('is measured again after a death: that says nothing about the direction', async () => {
    const id = add('happy');
    await pause();
    useSession.setState({ phase: 'died' });
    asked[0]!.fail(new SteerboardError('worker-died', 'It stopped.'));
    await pause();
    expect(useCalibration.getState().failed).toEqual({});
    useSession.setState(({ epoch }) => ({ phase: 'ready', epoch: epoch + 1 }));
    await pause();
    expect(asked).toHaveLength(2);
    asked[1]!.fail(new SteerboardError('plan-impossible', 'Not together.'));
    await pause();
    expect(useCalibration.getState().failed).toHaveProperty(id);
    // Another model may do what this one could not.
    useSession.setState(({ epoch }) => ({ epoch: epoch + 1, loaded: { ...loaded } }));
    await pause();
    expect(asked).toHaveLength(3);
    removeDirection(id);
    expect(useCalibration.getState().failed).toEqual({});
  });

  it('that failed goes with its direction, whatever was done of others', async () => {
    const id = add('happy');
    await pause();
    asked[0]!.fail(new SteerboardError('plan-impossible', 'Not together.'));
    await pause();
    removeDirection(id);
    expect(useCalibration.getState().failed).toEqual({});
  });

  it('goes with its direction, and those on the page come one after the other', async () => {
    const first = add('happy');
    const second = add('sad');
    await pause();
    expect(asked).toHaveLength(1);
    asked[0]!.finish();
    await pause();
    expect(asked).toHaveLength(2);
    asked[1]!.finish();
    await pause();
    expect(Object.keys(useCalibration.getState().done).sort()).toEqual([first, second].sort());
    removeDirection(first);
    expect(Object.keys(useCalibration.getState().done)).toEqual([second]);
  });
});
