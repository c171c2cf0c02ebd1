import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { WorkerApi, CellResult, SweepEvent, SweepRequest } from '../../../src/protocol/api.js';
import { SteerboardError } from '../../../src/core/errors.js';
import type { VerdictLimits } from '../../../src/core/measures/index.js';

/** What the worker was asked, and how it answers. */
const worker = vi.hoisted(() => ({
  asked: [] as unknown[],
  answer: (async () => undefined) as unknown as (request: never, onEvent: never) => Promise<unknown>,
}));
vi.mock('../../../src/app/engine/connection.js', () => ({
  call: (use: (api: Partial<WorkerApi>) => Promise<unknown>) =>
    use({
      sweep: (request: SweepRequest, onEvent: unknown) => {
        worker.asked.push(request);
        return worker.answer(request as never, onEvent as never) as never;
      },
    }),
  cancelTask: vi.fn(),
}));

const { thresholds } = await import('../../../src/core/measures/index.js');
const { isTaken, startSweep, takePoint, textsKept, whyNotSet } = await import('../../../src/app/engine/sweeping.js');
const { sweepCsv, sweepJson } = await import('../../../src/app/engine/sweepFiles.js');
const { freeEntry } = await import('../../../src/app/engine/entries.js');
const { addDirection, setFit, useDirections } = await import('../../../src/app/stores/directions.js');
const { useSession } = await import('../../../src/app/stores/session.js');
const { changeSpec, firstSpec, useSweep } = await import('../../../src/app/stores/sweep.js');

type PlannedSweep = Parameters<typeof textsKept>[1];
const stamp = { id: 'tales', revision: null, dtype: 'fp32', family: 'llama', layers: 4, width: 2 };
type Cell = SweepRequest['cells'][number];

/** A text that lies along the direction as far as it was steered; the baseline lies at 0.1. */
function resultOf({ id, plan }: Cell): CellResult {
  const strength = plan.terms[0]?.strength ?? 0;
  const three = (value: number) => new Float32Array(3).fill(value);
  return {
    id,
    reason: 'length',
    ids: [1, 2, 3],
    pieces: [' a', ' b', ' c'],
    special: [false, false, false],
    kl: three(strength ** 2),
    baselineNll: three(1 + strength ** 2),
    steeredNll: three(1),
    normRatio: new Float32Array(4).fill(1),
    norms: new Float32Array(12).fill(1),
    projections: new Float32Array(12).fill(0.1 + strength),
    logOdds: null,
  };
}
const request = (call: number) => worker.asked[call] as SweepRequest;
const run = () => useSweep.getState().run!;
const done = { runs: 1, tokens: 1, milliseconds: 5 };

let id = '';
beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (work: () => void) => setTimeout(work, 0));
  vi.stubGlobal('cancelAnimationFrame', clearTimeout);
  vi.stubGlobal('window', globalThis);
  worker.asked.length = 0;
  const entry = freeEntry({ name: '=happy', texts: null }, []);
  id = entry.id;
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  addDirection(entry);
  setFit(id, {
    version: 'first',
    direction: {
      model: stamp,
      hook: 'resid_post',
      source: { method: 'mean-difference', options: {}, texts: null },
      layers: [0, 1, 2, 3].map((layer) => ({
        layer,
        vector: Float32Array.of(0.6, 0.8),
        scale: 1,
        residualNorm: 2,
        separation: null,
        means: { positive: 1, negative: -1 },
      })),
    },
  });
  const loaded = {
    stamp,
    shape: { layers: 4, width: 2, vocabulary: 9, context: 99 },
    chat: false,
    report: { bytes: 1e9 },
  };
  useSession.setState({ loaded: loaded as never, epoch: 1, phase: 'ready' });
  useSweep.setState({ spec: firstSpec, run: null, shown: null, pace: null });
  changeSpec({
    strengthKind: 'list',
    strengths: '-0.5, 0.5',
    layers: '1, 2',
    prompts: 'One\nTwo',
    inWords: false,
    random: false,
  });
  worker.answer = async ({ cells }: SweepRequest, onEvent: (events: readonly SweepEvent[]) => void) => {
    onEvent([{ type: 'cells', cells: cells.map(resultOf) }]);
    return done;
  };
});
afterEach(() => vi.unstubAllGlobals());

it('points are the texts’ gains over their baselines', async () => {
  await startSweep();
  expect(run()).toMatchObject({ task: null, error: null });
  const points = [...run().points.values()].filter(({ kind }) => kind === 'steered');
  expect(points).toHaveLength(4);
  for (const { effect, cost, texts, strength } of points) {
    // Half the distance of the sides is 1.
    expect(effect).toBeCloseTo(strength, 6);
    expect(cost).toBeCloseTo(0.25, 6);
    expect(texts).toBe(3);
  }
});

it('says so when another model is opened meanwhile, and keeps what was written', async () => {
  worker.answer = async ({ cells }: SweepRequest, onEvent: (events: readonly SweepEvent[]) => void) => {
    onEvent([{ type: 'cells', cells: cells.slice(0, 5).map(resultOf) }]);
    useSession.setState(({ epoch }) => ({ epoch: epoch + 1 }));
    throw new SteerboardError('cancelled', 'Cancelled.');
  };
  await startSweep();
  expect(run().error?.message).toContain('A model was opened meanwhile');
  expect(run().texts.size).toBe(5);
});

it('is as valid after the same model was opened again, and not on another device or with other weights', async () => {
  await startSweep();
  const reopen = (change: object): void => useSession.setState(({ loaded, epoch }) => ({ epoch: epoch + 1, loaded: { ...loaded!, ...change } })); // prettier-ignore
  reopen({});
  await startSweep();
  expect(worker.asked).toHaveLength(1);
  reopen({ device: 'webgpu' });
  await startSweep();
  expect(request(1).cells).toHaveLength(request(0).cells.length);
  const { entries } = useDirections.getState();
  const [{ fits: [fit] }] = entries as [(typeof entries)[0]]; // prettier-ignore
  const other = { ...stamp, dtype: 'q8' };
  setFit(id, { version: 'other', direction: { ...fit!.direction, model: other } });
  reopen({ device: 'webgpu', stamp: other });
  await startSweep();
  expect(request(2).cells).toHaveLength(request(0).cells.length);
  expect(run().weights).toEqual({ revision: null, dtype: 'q8', device: 'webgpu' });
});

it('is as valid after the same vectors were found again, and not after others were', async () => {
  await startSweep();
  const fit = useDirections.getState().entries[0]!.fits[0]!;
  setFit(id, { version: 'again', direction: structuredClone(fit.direction) });
  await startSweep();
  expect(worker.asked).toHaveLength(1);
  const layers = fit.direction.layers.map((it) => ({ ...it, vector: Float32Array.of(-0.6, -0.8) }));
  setFit(id, { version: 'turned', direction: { ...fit.direction, layers } });
  await startSweep();
  expect(worker.asked).toHaveLength(2);
});

it('goes on with what is missing only, also when more is asked', async () => {
  worker.answer = async ({ cells }: SweepRequest, onEvent: (events: readonly SweepEvent[]) => void) => {
    onEvent([{ type: 'cells', cells: cells.slice(0, 5).map(resultOf) }]);
    throw new SteerboardError('cancelled', 'Cancelled.');
  };
  await startSweep();
  expect(run()).toMatchObject({ task: null, error: null });
  expect(run().texts.size).toBe(5);
  const kept = [...run().texts.keys()];
  worker.answer = async ({ cells }: SweepRequest, onEvent: (events: readonly SweepEvent[]) => void) => {
    // The last baseline text comes last: every pair is made all the same.
    onEvent([{ type: 'cells', cells: [...cells].reverse().map(resultOf) }]);
    return done;
  };
  changeSpec({ strengths: '-0.5, 0.5, 1' });
  await startSweep();
  expect(request(1).cells).toHaveLength(3 * (1 + 2 * 3) - 5);
  expect(request(1).cells.some((cell) => kept.includes(cell.id))).toBe(false);
  expect([...run().points.values()].map(({ texts }) => texts)).toEqual(Array.from({ length: 7 }, () => 3));
  await startSweep();
  expect(worker.asked).toHaveLength(2);
});

it('begins anew when what the texts depend on has changed', async () => {
  await startSweep();
  changeSpec({ tokens: 7 });
  await startSweep();
  expect(request(1).cells).toHaveLength(request(0).cells.length);
  expect(request(1).sampling).toMatchObject({ maxNewTokens: 7 });
});

it('a text that fails leaves the others, and is asked for again', async () => {
  worker.answer = async (
    { cells: [first, ...cells] }: SweepRequest,
    onEvent: (events: readonly SweepEvent[]) => void,
  ) => {
    const error = { code: 'input-too-long', message: 'Too long.', fields: {} } as const;
    onEvent([{ type: 'cells', cells: cells.map(resultOf) }]);
    onEvent([{ type: 'failed', cells: [{ id: first!.id, error }] }]);
    return done;
  };
  await startSweep();
  expect([...run().failures.values()].map(({ message }) => message)).toEqual(['Too long.']);
  // It was a baseline text: the pairs without it count.
  expect([...run().points.values()].every(({ texts }) => texts === 2)).toBe(true);
  await startSweep();
  expect(request(1).cells.map((cell) => cell.id)).toEqual(
    [...run().failures.keys()].length ? [request(0).cells[0]!.id] : [],
  );
});

it('an error ends it and is kept with what was done', async () => {
  worker.answer = () => Promise.reject(new SteerboardError('worker-died', 'The worker stopped.'));
  await startSweep();
  expect(run()).toMatchObject({ task: null, error: { message: 'The worker stopped.' } });
});

it('texts that the plan has no longer are kept up to a bound', async () => {
  await startSweep();
  const [one] = [...run().texts.values()];
  const old = Array.from({ length: 5000 }, (_, index) => [`old ${index}`, one!] as const);
  const long = { ...run(), texts: new Map([...old, ...run().texts]) };
  const plan = { context: run().context, settings: run().settings } as unknown as PlannedSweep;
  const kept = textsKept(long, plan);
  expect(kept.size).toBe(5000);
  expect([...run().texts.keys()].every((key) => kept.has(key))).toBe(true);
  expect(kept.has('old 0')).toBe(false);
  expect(kept.has('old 4999')).toBe(true);
  expect(textsKept(run(), plan)).toBe(run().texts);
});

it('a point of another model, or of a direction that is gone or applied otherwise, changes nothing', async () => {
  await startSweep();
  const point = { key: '', kind: 'steered', direction: id, layers: [2, 3], strength: 0.5 } as const;
  const why = () => whyNotSet(point, run(), useDirections.getState().entries, useSession.getState().loaded);
  expect(why()).toBeNull();
  const before = useDirections.getState();
  useDirections.setState({ entries: before.entries.map((entry) => ({ ...entry, operator: 'clamp' })) });
  expect(why()).toMatch(/applied otherwise/);
  const other = { ...freeEntry({ name: 'formal', texts: null }), enabled: true };
  useDirections.setState({ entries: [other], selectedId: other.id });
  expect(why()).toMatch(/“=happy” is not among the directions/);
  takePoint(point);
  expect(useDirections.getState()).toMatchObject({ entries: [{ enabled: true }], selectedId: other.id });
  useDirections.setState(before);
  const { loaded } = useSession.getState();
  useSession.setState({ loaded: { ...loaded!, stamp: { ...stamp, id: 'other' } } });
  expect(why()).toMatch(/measured on tales/);
});

it('a point sets the page: its direction on as it was tried, all others off', async () => {
  await startSweep();
  const other = freeEntry({ name: 'formal', texts: null });
  addDirection(other);
  const point = { key: '', kind: 'steered', direction: id, layers: [2, 3], strength: -0.25 } as const;
  const taken = () => isTaken(point, useDirections.getState().entries);
  expect(taken()).toBe(false);
  takePoint(point);
  expect(taken()).toBe(true);
  const { entries, selectedId } = useDirections.getState();
  expect(entries.map(({ enabled }) => enabled)).toEqual([true, false]);
  expect(entries[0]).toMatchObject({ strength: -0.25, layers: [2, 3] });
  expect(selectedId).toBe(id);
  // It is said only as long as it holds.
  for (const change of [{ strength: 0.5 }, { layers: [1, 1] as const }, { enabled: false }]) {
    useDirections.setState({ entries: [{ ...entries[0]!, ...change }, entries[1]!] });
    expect(taken()).toBe(false);
  }
  useDirections.setState({ entries: entries.map((entry) => ({ ...entry, enabled: true })) });
  expect(taken()).toBe(false);
});

it('files have every point, and no formula of a name', async () => {
  await startSweep();
  const [head, ...rows] = sweepCsv(run(), thresholds).trim().split('\n');
  expect(head).toMatch(/^kind,way,direction,first_layer,last_layer,strength,effect,/);
  expect(rows).toHaveLength(5);
  expect(rows.filter((row) => row.includes("'=happy"))).toHaveLength(4);
  expect(rows.some((row) => row.includes(',-0.5,'))).toBe(true);
  const named = (name: string) => ({ ...run(), directions: run().directions.map((it) => ({ ...it, name })) });
  for (const name of ['-2+3', "=1+cmd|' /C calc'!A0", '+1', '@x'])
    expect(sweepCsv(named(name), thresholds)).toContain(`,"'${name}"`);
  // A state follows from the limits that are given, with why.
  const strict = { ...thresholds, meanKl: { strained: 0.001, broken: 0.002 } };
  const states = (limits: VerdictLimits): readonly string[] =>
    sweepCsv(run(), limits)
      .split('\n')
      .flatMap((row) => /,-0\.5,.*,(within range|strained|broken),("[^"]*"|[^,]*),\d+,\d+\s*$/.exec(row)?.[1] ?? []);
  expect(states(thresholds)).toEqual(['within range', 'within range']);
  expect(states(strict)).toEqual(['broken', 'broken']);
  const file = JSON.parse(sweepJson(run(), thresholds)) as {
    points: { texts: { text: string }[] }[];
    prompts: string[];
  };
  expect(file.points).toHaveLength(5);
  expect(file.prompts).toHaveLength(3);
  expect(file.points[0]!.texts[0]!.text).toBe(' a b c');
});
