import { beforeEach, expect, it, vi } from 'vitest';
import type { CellResult, FitRequest, SweepEvent, SweepRequest, WorkerApi } from '../../../src/protocol/api.js';
import { bringMeasured } from '../../../src/app/engine/experiments/measured.js';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { startFinding } from '../../../src/app/engine/finding.js';
import { happySad } from '../../../src/app/presets/happySad.js';
import { addDirection, setFit, useDirections } from '../../../src/app/stores/directions.js';
import { freshFind, useFind } from '../../../src/app/stores/find.js';
import { resetLimits, setLimit, useLimits } from '../../../src/app/stores/limits.js';
import { changeChat, sendMessage, usePrompt } from '../../../src/app/stores/prompt.js';
import { useSession } from '../../../src/app/stores/session.js';
import { markCancelled, useStatus } from '../../../src/app/stores/status.js';
import { SteerboardError } from '../../../src/core/errors.js';
import type { Prompt } from '../../../src/core/chat/prompt.js';
import type { FittedDirection } from '../../../src/core/directions/direction.js';
import { loaded as opened, stamp as single } from './fake-fits.js';

const stamp = { ...single, layers: 4 };
const worker = vi.hoisted(() => ({
  asked: [] as unknown[],
  fits: 0,
  after: (): unknown => undefined,
  fitted: (): unknown => undefined,
}));
vi.mock('../../../src/app/engine/connection.js', () => ({
  call: <Result>(use: (api: WorkerApi) => Promise<Result>) =>
    use({
      fitDirection: ({ method, texts }: FitRequest) => {
        worker.fits++;
        worker.fitted();
        return Promise.resolve(directionOf(method, texts));
      },
      sweep: (request: SweepRequest, onEvents: (events: readonly SweepEvent[]) => void) => {
        worker.asked.push(request);
        // Events may come after the answer.
        setTimeout(() => onEvents([{ type: 'cells', cells: request.cells.map(resultOf) }]));
        worker.after();
        return Promise.resolve({ runs: 1, tokens: 1, milliseconds: 1 });
      },
    } as unknown as WorkerApi),
  cancelTask: vi.fn(),
}));

function directionOf(method: string, texts: FittedDirection['source']['texts']): FittedDirection {
  const layers = [0, 1, 2, 3].map((layer) => ({
    layer,
    vector: Float32Array.of(1, 0),
    scale: 1,
    residualNorm: 1,
    separation: null,
    means: { positive: 1, negative: -1 },
  }));
  return { model: stamp, hook: 'resid_post', source: { method, options: {}, texts }, layers };
}

/** What is added costs its square, and the text has as much more of it. */
function resultOf({ id, plan }: SweepRequest['cells'][number]): CellResult {
  const strength = plan.terms[0]?.strength ?? 0;
  const three = (value: number) => new Float32Array(3).fill(value);
  return {
    id,
    reason: 'length',
    ids: [1, 2, 3],
    pieces: [' a', ' b', ' c'],
    special: [false, false, false],
    kl: three(strength ** 2),
    baselineNll: three(1),
    steeredNll: three(1),
    normRatio: new Float32Array(4).fill(1),
    norms: new Float32Array(12).fill(1),
    projections: new Float32Array(12).fill(0.1 + strength),
    logOdds: null,
  };
}

const requests = () => worker.asked as SweepRequest[];
beforeEach(() => {
  worker.asked.length = worker.fits = 0;
  worker.after = worker.fitted = () => undefined;
  usePrompt.setState(usePrompt.getInitialState());
  useStatus.setState({ tasks: [], problems: [] });
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  useFind.setState({ spec: freshFind, running: null, found: null, error: null, aside: {} });
  const shape = { layers: 4, width: 2, vocabulary: 9, context: 9 };
  useSession.setState({ phase: 'ready', loaded: { ...opened, stamp, shape } });
  const entry = freeEntry(happySad);
  addDirection(entry);
  setFit(entry.id, { version: 'fit', direction: directionOf('mean-difference', happySad.texts) });
});

it('all texts of a search are sampled alike, whatever is changed meanwhile, and it says how', async () => {
  worker.after = () => usePrompt.setState(({ sampling }) => ({ sampling: { ...sampling, temperature: 1.7 } }));
  await startFinding();
  expect(useFind.getState().error).toBeNull();
  expect(requests().length).toBeGreaterThan(3);
  // The strength is set by texts as long as the page writes them.
  const whole = usePrompt.getState().sampling.maxNewTokens;
  const lengths = new Set(requests().map(({ sampling }) => sampling.maxNewTokens));
  expect(lengths).toEqual(new Set([32, whole]));
  for (const { sampling } of requests()) expect(sampling.temperature).toBe(0.7);
  expect(useFind.getState().found!.sought.sampling).toEqual(requests()[0]!.sampling);
});

it('another experiment that is shown meanwhile has no part in it, and does not get what was found', async () => {
  const own = usePrompt.getState().prompt;
  const { limits } = useLimits.getState();
  worker.fitted = () => {
    bringMeasured('one', 'two');
    setLimit('normFactor', 'strained', 2.5);
    usePrompt.setState(({ sampling }) => ({
      prompt: 'Of another',
      sampling: { ...sampling, temperature: 0, seed: 77 },
    }));
    worker.fitted = () => undefined;
  };
  await startFinding();
  const written = requests().flatMap(({ cells }) => cells);
  expect(written.some(({ prompt }) => prompt === own)).toBe(true);
  expect(written.filter(({ prompt, seed }) => prompt === 'Of another' || seed === 77)).toEqual([]);
  expect(useFind.getState()).toMatchObject({ running: null, found: null });
  bringMeasured('two', 'one');
  expect(useFind.getState().found).toMatchObject({ ended: 'done' });
  // What its states mean does not become that of another experiment either.
  expect(useFind.getState().found?.limits).toEqual(limits);
  resetLimits();
});

it('a cancel between two calls begins no other one', async () => {
  worker.after = () => useFind.getState().running && markCancelled(useFind.getState().running!.task);
  await startFinding();
  expect(requests()).toHaveLength(1);
  expect(useFind.getState()).toMatchObject({ running: null, error: null, found: { ended: 'cancelled' } });
  expect(useStatus.getState().tasks).toEqual([]);
});

it('what was found stays while it is searched again, and when that is cut off or fails', async () => {
  await startFinding();
  const former = useFind.getState().found;
  expect(former).toMatchObject({ ended: 'done', report: expect.anything() as unknown });
  const seen: unknown[] = [];
  worker.after = () => {
    const { running, found } = useFind.getState();
    seen.push(found);
    if (running) markCancelled(running.task);
  };
  await startFinding();
  expect(seen).toEqual([former]);
  expect(useFind.getState()).toMatchObject({ running: null, error: null });
  expect(useFind.getState().found).toBe(former);
  worker.after = () => {
    throw new SteerboardError('input-empty', 'No text.');
  };
  await startFinding();
  expect(useFind.getState()).toMatchObject({ running: null, error: { message: 'No text.' } });
  expect(useFind.getState().found).toBe(former);
  worker.after = () => undefined;
  await startFinding();
  expect(useFind.getState().found).toMatchObject({ ended: 'done' });
  expect(useFind.getState().found).not.toBe(former);
});

it.each(['fits', 'texts'])('says so when another model is opened during its %s', async (during) => {
  const exchange = (): never => {
    useSession.setState(({ epoch }) => ({ epoch: epoch + 1 }));
    throw new SteerboardError('cancelled', 'Cancelled.');
  };
  if (during === 'fits') worker.fitted = exchange;
  else worker.after = exchange;
  await startFinding();
  const { running, error, found } = useFind.getState();
  expect(running).toBeNull();
  expect(error?.message).toContain('A model was opened meanwhile');
  expect(found?.ended ?? null).toBe(during === 'fits' ? null : 'cancelled');
});

it('says nothing of a search that the user cancelled during its fits', async () => {
  worker.fitted = () => {
    throw new SteerboardError('cancelled', 'Cancelled.');
  };
  await startFinding();
  expect(useFind.getState()).toMatchObject({ running: null, error: null, found: null });
});
it('asks a chat model under the page’s system prompt, and puts the wish as one would to an assistant', async () => {
  useSession.setState(({ loaded }) => ({ loaded: { ...loaded!, chat: true } }));
  changeChat({ system: 'Answer briefly.' });
  sendMessage();
  await startFinding();
  const systems = requests().flatMap(({ cells }) => cells.map(({ prompt }) => systemOf(prompt)));
  const wish = 'Give answers that are very happy and not sad.';
  expect(new Set(systems.map((said) => said.split('\n')[0]))).toEqual(new Set(['Answer briefly.']));
  expect(systems).toContain(`Answer briefly.\n\n${wish}`);
});

function systemOf(prompt: Prompt): string {
  const [first] = typeof prompt === 'string' ? [] : prompt.messages;
  return first?.role === 'system' ? first.content : '';
}
