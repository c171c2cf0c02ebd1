import { beforeEach, expect, it, vi } from 'vitest';
import { runCompounding, stopCompounding } from '../../../src/app/engine/compounding.js';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { bringMeasured } from '../../../src/app/engine/experiments/measured.js';
import { changeCompounding, useCompounding } from '../../../src/app/stores/compounding.js';
import { addDirection, setFit, useDirections } from '../../../src/app/stores/directions.js';
import { changeChat, sendMessage, startAgain, usePrompt } from '../../../src/app/stores/prompt.js';
import { useSession } from '../../../src/app/stores/session.js';
import { useStatus } from '../../../src/app/stores/status.js';
import type { CompoundingEvent, CompoundingRequest, WorkerApi } from '../../../src/protocol/api.js';
import { loaded, stamp } from './fake-fits.js';

const worker = vi.hoisted(() => ({ asked: [] as unknown[], during: (): unknown => undefined }));
vi.mock('../../../src/app/engine/connection.js', () => ({
  call: <Result>(use: (api: WorkerApi) => Promise<Result>) =>
    use({
      measureCompounding: (request: CompoundingRequest, onEvents: (events: readonly CompoundingEvent[]) => void) => {
        worker.asked.push(request);
        worker.during();
        const of = request.prompts.length * request.seeds.length;
        onEvents(Array.from({ length: of }, () => ({ type: 'run', run: {} }) as CompoundingEvent));
        return Promise.resolve({});
      },
    } as unknown as WorkerApi),
  cancelTask: vi.fn(),
}));

const request = (call = 0) => worker.asked[call] as CompoundingRequest;
const setTemperature = (temperature: number): void =>
  usePrompt.setState(({ sampling }) => ({ sampling: { ...sampling, temperature } }));

beforeEach(() => {
  worker.asked.length = 0;
  worker.during = () => undefined;
  usePrompt.setState(usePrompt.getInitialState());
  useCompounding.setState(useCompounding.getInitialState());
  useStatus.setState({ tasks: [], problems: [] });
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  const shape = { layers: 1, width: 2, vocabulary: 9, context: 9 };
  useSession.setState({ phase: 'ready', loaded: { ...loaded, shape } });
  const entry = { ...freeEntry({ name: 'happy', texts: null, method: 'random' }), layers: [0, 0] as const };
  addDirection(entry);
  setFit(entry.id, {
    version: 'fit',
    direction: {
      model: stamp,
      hook: 'resid_post',
      source: { method: 'random', options: {}, texts: null },
      layers: [{ layer: 0, vector: Float32Array.of(1, 0), scale: 1, residualNorm: 1, separation: null }],
    },
  });
});

it('writes a text a seed, and one where every seed gives the same', async () => {
  changeCompounding({ seeds: 3, morePrompts: 'One more' });
  setTemperature(0.7);
  await runCompounding();
  expect(useCompounding.getState()).toMatchObject({ error: null, task: null, subject: { of: 6, greedy: false } });
  expect(request().seeds).toHaveLength(3);
  setTemperature(0);
  await runCompounding();
  expect(request(1).seeds).toEqual(request().seeds.slice(0, 1));
  expect(useCompounding.getState()).toMatchObject({ subject: { of: 2, greedy: true } });
  expect(useCompounding.getState().runs).toHaveLength(2);
  expect(useStatus.getState().tasks).toEqual([]);
});

it('of a chat model answers more messages under the page’s system prompt, and waits for one that is sent', async () => {
  useSession.setState(({ loaded: it }) => ({ loaded: { ...it!, chat: true } }));
  changeChat({ system: 'Be brief.' });
  sendMessage();
  changeCompounding({ seeds: 1, morePrompts: 'And you?' });
  await runCompounding();
  const { message } = usePrompt.getState().chat;
  expect(request().prompts).toEqual(
    [message, 'And you?'].map((content) => ({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content },
      ],
    })),
  );
  startAgain();
  await runCompounding();
  expect(useCompounding.getState().error?.message).toBe('Nothing was sent yet. Send a message first.');
});

it('goes on for the experiment that it was begun in, and only one goes on', async () => {
  worker.during = () => bringMeasured('one', 'two');
  const running = runCompounding();
  await runCompounding();
  await running;
  expect(worker.asked).toHaveLength(1);
  expect(useCompounding.getState()).toMatchObject({ subject: null, runs: [], task: null });
  bringMeasured('two', 'one');
  expect(useCompounding.getState().runs).toHaveLength(useCompounding.getState().subject!.of);
});

it('says what is missing, and keeps nothing of what comes after a stop', async () => {
  useDirections.setState(({ entries }) => ({ entries: entries.map((it) => ({ ...it, enabled: false })) }));
  await runCompounding();
  expect(useCompounding.getState().error?.message).toMatch(/^Nothing is steered/);
  useDirections.setState(({ entries }) => ({ entries: entries.map((it) => ({ ...it, enabled: true })) }));
  worker.during = stopCompounding;
  await runCompounding();
  expect(useCompounding.getState()).toMatchObject({ task: null, runs: [] });
});
