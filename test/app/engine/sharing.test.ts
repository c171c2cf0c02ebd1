import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CellResult, SweepEvent, SweepRequest, SweepResult } from '../../../src/protocol/api.js';
import { emptyPlan } from '../../../src/core/steering/plan.js';
import type { SweepHost } from './sweep-host.js';

vi.mock('../../../src/app/engine/regeneration.js', () => ({ forgetGeneration: vi.fn(), regenerate: vi.fn() }));
vi.mock('../../../src/app/engine/experiments/outcome.js', () => ({ takeOutcomeNow: vi.fn() }));
vi.mock('../../../src/app/engine/fitting.js', () => ({ fitMissing: vi.fn(() => Promise.resolve()) }));

const tales = { source: { kind: 'bundled', id: 'tales' }, device: 'auto', dtype: null } as const;
const other = { source: { kind: 'bundled', id: 'other' }, device: 'auto', dtype: null } as const;

let engine: typeof import('../../../src/app/engine/model.js');
let assistants: typeof import('../../../src/app/engine/assistants.js');
let connection: typeof import('../../../src/app/engine/connection.js');
let status: typeof import('../../../src/app/stores/status.js');
let sweepShared: (typeof import('../../../src/app/engine/sharing.js'))['sweepShared'];
let Hosts: typeof SweepHost;

// The engine keeps its workers in its modules, so every test has its own.
beforeEach(async () => {
  vi.resetModules();
  vi.useFakeTimers();
  vi.stubGlobal('navigator', { hardwareConcurrency: 3 });
  vi.doMock('../../../src/app/engine/host.js', async () => ({
    startHost: (await import('./sweep-host.js')).startSweepHost,
  }));
  ({ SweepHost: Hosts } = await import('./sweep-host.js'));
  Hosts.reset();
  engine = await import('../../../src/app/engine/model.js');
  assistants = await import('../../../src/app/engine/assistants.js');
  connection = await import('../../../src/app/engine/connection.js');
  status = await import('../../../src/app/stores/status.js');
  ({ sweepShared } = await import('../../../src/app/engine/sharing.js'));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** 240 texts: prompts × seeds × strengths, the unsteered ones first. */
function requestOf(task: string): SweepRequest {
  const prompts = ['Once upon a time', 'One day', 'The old woman'];
  const strengths = [0, -1, -0.5, 0.5, 1];
  const scope = { prompt: false, generated: true };
  const sites = [{ layer: 4, vector: Float32Array.of(0, 0, 0, 0, 1), residualNorm: 3 }];
  const cells = strengths.flatMap((strength) =>
    Array.from({ length: 48 }, (_, index) => ({
      id: `${strength} ${index}`,
      prompt: prompts[index % 3]!,
      plan:
        strength === 0 ? emptyPlan : { ...emptyPlan, terms: [{ operator: 'add', strength, scope, sites } as const] },
      seed: Math.floor(index / 3),
    })),
  );
  const sampling = { temperature: 0.7, topK: 0, topP: 1, repetitionPenalty: 1, maxNewTokens: 12 };
  return { task, cells, sampling, probes: [{ id: 'mood', vectors: [] }], targets: null };
}

interface Written {
  /** In the order in which they came. */
  readonly texts: CellResult[];
  readonly failed: string[];
  readonly progress: number[];
  readonly end: Promise<SweepResult | Error>;
}

function collect(
  task: string,
  write: (request: SweepRequest, onEvents: (events: readonly SweepEvent[]) => void) => Promise<SweepResult>,
): Written {
  status.startTask({ id: task, label: 'Sweep', progress: null, cancellable: true });
  const [texts, failed, progress]: [CellResult[], string[], number[]] = [[], [], []];
  const end = write(requestOf(task), (events) => {
    for (const event of events) {
      if (event.type === 'cells') texts.push(...event.cells);
      if (event.type === 'failed') failed.push(...event.cells.map(({ id }) => id));
      if (event.type === 'progress') progress.push(event.done / event.of);
    }
  }).catch((error: unknown) => error as Error);
  return { texts, failed, progress, end };
}

const shared = (task = 'sweep') => collect(task, sweepShared);
async function ended({ end }: Written): Promise<SweepResult | Error> {
  // Less than assistants stay for.
  await vi.advanceTimersByTimeAsync(30_000);
  return end;
}
const byId = (texts: readonly CellResult[]) => new Map(texts.map((text) => [text.id, text]));
/** Texts that a worker was asked for. */
const askedOf = (host: SweepHost) => host.asked.flatMap(({ cells }) => cells.map(({ id }) => id));

describe('a sweep that is shared', () => {
  it('gives the texts and figures of one that the page’s worker writes alone, each once', async () => {
    expect(await engine.startModel(tales)).toBe(true);
    const alone = collect('alone', (request, onEvents) => connection.call((api) => api.sweep(request, onEvents)));
    await ended(alone);
    const together = shared();
    const result = await ended(together);
    expect(together.texts).toHaveLength(240);
    expect(byId(together.texts)).toEqual(byId(alone.texts));
    expect(together.progress.at(-1)).toBe(1);
    expect(together.progress).toEqual(together.progress.toSorted((a, b) => a - b));
    // What was made up costs a run a text, and every token.
    expect(result).toMatchObject({ runs: 240, tokens: 240 * 12 });
    // Of three cores one is the page's worker's; each wrote a share.
    expect(Hosts.all).toHaveLength(3);
    for (const host of Hosts.all) expect(askedOf(host).length).toBeGreaterThan(40);
    for (const { request } of Hosts.all.slice(1))
      expect(request).toMatchObject({ source: tales.source, device: 'wasm', dtype: 'fp32' });
  });

  it('begins with the page’s worker at once, with what comes first', async () => {
    await engine.startModel(tales);
    Hosts.opens = () => new Promise(() => undefined);
    const written = shared();
    await vi.advanceTimersByTimeAsync(100);
    expect(written.texts.map(({ id }) => id).slice(0, 6)).toEqual(
      requestOf('')
        .cells.slice(0, 6)
        .map(({ id }) => id),
    );
    await ended(written);
    expect(written.texts).toHaveLength(240);
    expect(askedOf(Hosts.all[1]!)).toEqual([]);
  });

  it('is cancelled everywhere, keeps what came, and tells nothing more', async () => {
    await engine.startModel(tales);
    const written = shared();
    await vi.advanceTimersByTimeAsync(300);
    connection.cancelTask('sweep');
    const error = await ended(written);
    expect(error).toMatchObject({ code: 'cancelled' });
    for (const host of Hosts.all) expect(host.cancelled.has('sweep')).toBe(true);
    const { length } = written.texts;
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThan(240);
    // They are there for the next one.
    expect(Hosts.all.map(({ stopped }) => stopped).slice(0, 1)).toEqual([false]);
  });

  it('that was cancelled before it begins asks nobody', async () => {
    await engine.startModel(tales);
    status.startTask({ id: 'sweep', label: 'Sweep', progress: null, cancellable: true });
    status.markCancelled('sweep');
    await expect(sweepShared(requestOf('sweep'), () => undefined)).rejects.toMatchObject({ code: 'cancelled' });
    expect(Hosts.all.flatMap(askedOf)).toEqual([]);
  });

  it('ends with the error of the page’s worker', async () => {
    await engine.startModel(tales);
    const written = shared();
    await vi.advanceTimersByTimeAsync(300);
    Hosts.all[0]!.die();
    expect(await ended(written)).toMatchObject({ code: 'worker-died' });
    expect(written.texts.length).toBeLessThan(240);
    expect(Hosts.all[1]!.stopped).toBe(true);
  });

  it('is over when another model is used: nothing is asked of that', async () => {
    await engine.startModel(tales);
    const written = shared();
    await vi.advanceTimersByTimeAsync(300);
    const opened = engine.openModel(other);
    const error = await ended(written);
    expect(await opened).toBe(true);
    expect(error).toMatchObject({ code: 'cancelled' });
    const [page, ...others] = Hosts.all.filter(({ stopped }) => !stopped);
    expect(page!.request).toMatchObject({ source: other.source });
    expect(page!.asked).toEqual([]);
    expect(others).toEqual([]);
  });
});

describe('an assistant that is of no use', () => {
  /** All texts are there, each once, and no one knows of the trouble. */
  async function expectWhole(written: Written): Promise<void> {
    expect(await ended(written)).not.toBeInstanceOf(Error);
    expect(written.failed).toEqual([]);
    expect(written.texts).toHaveLength(240);
    expect(new Set(written.texts.map(({ id }) => id)).size).toBe(240);
    expect(status.useStatus.getState().problems).toEqual([]);
  }

  it('cannot be opened', async () => {
    await engine.startModel(tales);
    Hosts.opens = ({ number }) => (number > 2 ? Promise.resolve() : Promise.reject(new Error('No memory.')));
    await expectWhole(shared());
    expect(Hosts.all[1]!.stopped).toBe(true);
    expect(askedOf(Hosts.all[1]!)).toEqual([]);
    // None is tried again in its place.
    await expectWhole(shared('again'));
    expect(Hosts.all).toHaveLength(3);
    expect(assistants.assistantsAtMost()).toBe(1);
  });

  it('dies over its texts', async () => {
    await engine.startModel(tales);
    const written = shared();
    await vi.advanceTimersByTimeAsync(200);
    const lost = Hosts.all[1]!;
    expect(lost.asked).toHaveLength(1);
    lost.die();
    await expectWhole(written);
    const again = Hosts.all.filter((host) => host !== lost).flatMap(askedOf);
    expect(askedOf(lost).filter((id) => again.includes(id)).length).toBeGreaterThan(0);
  });

  it('runs out of memory when the page’s worker has nothing left to do', async () => {
    vi.stubGlobal('navigator', { hardwareConcurrency: 2 });
    await engine.startModel(tales);
    let fail = (): void => undefined;
    Hosts.writes = (host, request, onEvents) =>
      host.number === 1
        ? host.write(request, onEvents)
        : new Promise((_, reject) => (fail = () => reject(new Error('out of memory'))));
    const written = shared();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(written.texts.length).toBeLessThan(240);
    fail();
    await expectWhole(written);
  });

  it('says something after it was given up', async () => {
    vi.stubGlobal('navigator', { hardwareConcurrency: 2 });
    await engine.startModel(tales);
    let late = (): void => undefined;
    Hosts.writes = async (host, request, onEvents) => {
      if (host.number === 1) return host.write(request, onEvents);
      late = () => void host.write(request, onEvents);
      throw new Error('out of memory');
    };
    const written = shared();
    await vi.advanceTimersByTimeAsync(100);
    Hosts.all[1]!.stopped = false;
    late();
    await expectWhole(written);
  });

  it('answers and is gone before its texts come: a cancel still ends the sweep', async () => {
    await engine.startModel(tales);
    Hosts.writes = (host, request, onEvents) =>
      host.number === 1 ? host.write(request, onEvents) : Promise.resolve({ runs: 1, tokens: 1, milliseconds: 1 });
    const written = shared();
    // Within the time in which they may still come.
    await vi.advanceTimersByTimeAsync(5_000);
    for (const host of Hosts.all.slice(1)) host.die();
    const { length } = written.texts;
    connection.cancelTask('sweep');
    expect(await ended(written)).toMatchObject({ code: 'cancelled' });
    expect(written.texts).toHaveLength(length);
  });

  it('answers and its texts never come: the page’s worker writes them', async () => {
    await engine.startModel(tales);
    Hosts.writes = (host, request, onEvents) =>
      host.number === 1 ? host.write(request, onEvents) : Promise.resolve({ runs: 1, tokens: 1, milliseconds: 1 });
    await expectWhole(shared());
  });
});

describe('assistants', () => {
  it('are for small models on the CPU', async () => {
    Hosts.bytes = 65e6;
    await engine.startModel(tales);
    await ended(shared('large'));
    expect(Hosts.all).toHaveLength(1);
    Hosts.bytes = 15e6;
    Hosts.device = 'webgpu';
    await engine.openModel(tales);
    const written = shared('gpu');
    await ended(written);
    expect(Hosts.all).toHaveLength(2);
    expect(written.texts).toHaveLength(240);
  });

  it('are not started for a few texts, or where there is one core', async () => {
    await engine.startModel(tales);
    const { cells, ...request } = requestOf('few');
    const end = sweepShared({ ...request, cells: cells.slice(0, 40) }, () => undefined);
    await vi.runAllTimersAsync();
    await end;
    expect(Hosts.all).toHaveLength(1);
    vi.stubGlobal('navigator', { hardwareConcurrency: 1 });
    await engine.openModel(tales);
    await ended(shared('one core'));
    expect(Hosts.all).toHaveLength(2);
  });

  it.each([
    [{ hardwareConcurrency: 16 }, 3],
    [{ hardwareConcurrency: 3, deviceMemory: 8 }, 2],
    [{ hardwareConcurrency: 8, deviceMemory: 4 }, 1],
  ])('are as many as the machine has room for: %o', async (machine, count) => {
    vi.stubGlobal('navigator', machine);
    await engine.startModel(tales);
    expect(assistants.assistantsAtMost()).toBe(count);
  });

  it('end a while after the last work, and come again', async () => {
    await engine.startModel(tales);
    const written = shared();
    await vi.advanceTimersByTimeAsync(5_000);
    await written.end;
    expect(Hosts.all.map(({ stopped }) => stopped)).toEqual([false, false, false]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Hosts.all.map(({ stopped }) => stopped)).toEqual([false, true, true]);
    const next = shared('next');
    await ended(next);
    expect(next.texts).toHaveLength(240);
    expect(Hosts.all).toHaveLength(5);
  });

  it('stay while a long search lasts', async () => {
    await engine.startModel(tales);
    const letGo = assistants.engageAssistants();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(Hosts.all.map(({ stopped }) => stopped)).toEqual([false, false, false]);
    letGo();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Hosts.all.map(({ stopped }) => stopped)).toEqual([false, true, true]);
  });

  it('download nothing', async () => {
    await engine.startModel(tales);
    Hosts.opens = (_, onProgress) => {
      onProgress({ label: 'Downloading model.onnx', done: 0, total: 9, files: [] });
      return new Promise(() => undefined);
    };
    const written = shared();
    await ended(written);
    expect(written.texts).toHaveLength(240);
    expect(Hosts.all.map(({ stopped }) => stopped)).toEqual([false, true, true]);
  });
});
