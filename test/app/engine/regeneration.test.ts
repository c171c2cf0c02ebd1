import { beforeEach, expect, it, vi } from 'vitest';
import { regenerate, stopWriting } from '../../../src/app/engine/regeneration.js';
import { usePrompt } from '../../../src/app/stores/prompt.js';
import { useSession } from '../../../src/app/stores/session.js';
import { useTexts } from '../../../src/app/stores/texts.js';
import { SteerboardError } from '../../../src/core/errors.js';
import type { GenerateEvent, GenerateRequest, GenerateResult, WorkerApi } from '../../../src/protocol/api.js';
import { loaded } from './fake-fits.js';

/** Texts that the worker was asked for and that the test finishes. */
interface Asked extends GenerateRequest {
  readonly finish: () => void;
  readonly cancel: () => void;
}
const { asked, frames } = vi.hoisted(() => ({ asked: [] as Asked[], frames: new Set<() => void>() }));

function generate(request: GenerateRequest, onEvents: (events: readonly GenerateEvent[]) => void) {
  return new Promise<GenerateResult>((resolve, reject) => {
    const textId = `text ${asked.length}`;
    const rows = request.rows.map(({ row }) => ({ row, textId, reason: 'length' as const, reused: false }));
    let cancelled = false;
    const finish = (): void => {
      if (cancelled) return;
      const text = { ids: [1], pieces: ['a'], special: [false] };
      onEvents(
        request.rows.flatMap(({ row }): GenerateEvent[] => [
          { type: 'prompt', row, text, readouts: [] },
          { type: 'end', row, textId, reason: 'length' },
        ]),
      );
      resolve({ rows, firstTokenMs: 1, msPerToken: 1 });
    };
    const cancel = (): void => {
      cancelled = true;
      reject(new SteerboardError('cancelled', 'Cancelled.'));
    };
    asked.push({ ...request, finish, cancel });
  });
}

vi.mock('../../../src/app/engine/connection.js', () => ({
  call: <Result>(use: (api: WorkerApi) => Promise<Result>) => use({ generate } as unknown as WorkerApi),
  cancelTask: (task: string) => asked.find((it) => it.task === task)?.cancel(),
}));
vi.mock('../../../src/app/engine/comparison.js', () => ({
  cancelComparison: vi.fn(),
  compareTexts: vi.fn(),
  refreshReadouts: vi.fn(),
}));
// A frame comes when the test says so.
vi.mock('../../../src/app/engine/frame.js', () => ({
  oncePerFrame: (work: () => void) => ({ ask: () => void frames.add(work), now: work }),
}));

function nextFrame(): void {
  const due = [...frames];
  frames.clear();
  for (const work of due) work();
}

function setSeed(seed: number): void {
  usePrompt.setState(({ sampling }) => ({ sampling: { ...sampling, seed } }));
  regenerate();
}

const seeds = (): readonly number[] => asked.map(({ sampling }) => sampling.seed);
const writing = (): boolean => useTexts.getState().writing;

beforeEach(() => {
  asked.length = 0;
  frames.clear();
  useTexts.setState(useTexts.getInitialState());
  usePrompt.setState({ ...usePrompt.getInitialState(), prompt: 'Once' });
  useSession.setState({ loaded, phase: 'ready' });
});

it('a change cancels what is written, and the texts are written for it', async () => {
  setSeed(1);
  nextFrame();
  setSeed(2);
  nextFrame();
  await vi.waitFor(() => expect(seeds()).toEqual([1, 2]));
  asked[1]!.finish();
  await vi.waitFor(() => expect(writing()).toBe(false));
  expect(useTexts.getState().steered.textId).toBe('text 1');
});

it('a change just before a text ends is written to its end, though its frame comes when it has begun', async () => {
  setSeed(1);
  nextFrame();
  setSeed(2);
  asked[0]!.finish();
  await vi.waitFor(() => expect(seeds()).toEqual([1, 2]));
  nextFrame();
  asked[1]!.finish();
  await vi.waitFor(() => expect(writing()).toBe(false));
  expect(useTexts.getState().steered).toMatchObject({ textId: 'text 1', reason: 'length' });
});

it('what is stopped stays stopped', async () => {
  setSeed(1);
  nextFrame();
  setSeed(2);
  stopWriting();
  nextFrame();
  await vi.waitFor(() => expect(writing()).toBe(false));
  expect(seeds()).toEqual([1]);
});
