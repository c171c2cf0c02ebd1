import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { LoadRequest } from '../../src/protocol/api.js';
import { createEngine } from '../../src/worker/engine.js';
import type { Task } from '../../src/worker/tasks.js';
import { toyModel, type ToyModel } from './generation/toy-model.js';

/** Loads that wait for the test to say that their files have arrived. */
const opening = new Map<string, { readonly model: ToyModel; readonly finish: () => void; readonly task: Task }>();

vi.mock('../../src/worker/device.js', () => ({
  describeEnvironment: () => Promise.resolve({}),
  Devices: class {
    load({ task: id }: LoadRequest, task: Task): Promise<{ readonly model: ToyModel; readonly loaded: string }> {
      return new Promise((resolve) => {
        const model = Object.assign(toyModel(), { released: 0, release: () => Promise.resolve(void model.released++) });
        opening.set(id, { model, task, finish: () => resolve({ model, loaded: id }) });
      });
    }
  },
}));

const source = { kind: 'bundled', id: 'toy' } as const;
const outcome = (answer: Promise<unknown>): Promise<unknown> =>
  answer.catch((error: unknown) => (error as { readonly code?: unknown }).code);

/** How often a load's model was released. */
const released = (id: string): unknown => Reflect.get(opening.get(id)!.model, 'released');

beforeEach(() => opening.clear());

test('of two loads the newer one wins, also when the older one is ready later', async () => {
  const engine = createEngine();
  const older = outcome(engine.loadModel({ task: 'older', source, device: 'wasm' }, () => undefined));
  const newer = outcome(engine.loadModel({ task: 'newer', source, device: 'wasm' }, () => undefined));
  opening.get('newer')!.finish();
  expect(await newer).toBe('newer');
  opening.get('older')!.finish();
  expect(await older).toBe('cancelled');
  expect([released('older'), released('newer')]).toEqual([1, 0]);
});

test('a model that had to be closed says so, and what to do', async () => {
  const engine = createEngine();
  const first = engine.loadModel({ task: 'first', source, device: 'wasm' }, () => undefined);
  const { model, finish } = opening.get('first')!;
  Object.assign(model, { isClosed: true, stamp: { id: 'toy' } });
  finish();
  await first;
  const answer = await engine.tokenize('once').catch((error: unknown) => error);
  expect(answer).toMatchObject({ code: 'out-of-memory', message: expect.stringContaining('Open it under Models') });
});

test('a load that is cancelled while a text is being written leaves the old model', async () => {
  const engine = createEngine();
  const first = engine.loadModel({ task: 'first', source, device: 'wasm' }, () => undefined);
  opening.get('first')!.finish();
  await first;
  const sampling = { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, seed: 1, maxNewTokens: 20 };
  const rows = [{ row: 'row', plan: { terms: [], steerSpecialTokens: false } }];
  const request = { task: 'text', prompt: 'once', sampling, rows, probes: [] };
  const writing = engine.generate(request, () => undefined);
  const second = outcome(engine.loadModel({ task: 'second', source, device: 'wasm' }, () => undefined));
  opening.get('second')!.finish();
  await engine.cancel('second');
  expect(await second).toBe('cancelled');
  expect((await writing).rows[0]!.reason).toBe('length');
  expect([released('first'), released('second')]).toEqual([0, 1]);
  expect((await engine.generate({ ...request, task: 'again' }, () => undefined)).rows[0]!.reused).toBe(true);
});

describe('while hundreds of texts are read', () => {
  const sides = (side: string): readonly string[] => Array.from({ length: 120 }, (_, i) => `${side} text ${i}`);
  const texts = { kind: 'lists', positive: sides('good'), negative: sides('a bad') } as const;
  const request = { task: 'fit', texts, method: 'mean-difference' };
  const sampling = { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, seed: 1, maxNewTokens: 20 };
  const rows = [{ row: 'row', plan: { terms: [], steerSpecialTokens: false } }];
  const writing = { task: 'text', prompt: 'once', sampling, rows, probes: [] };

  async function openEngine(): Promise<ReturnType<typeof createEngine>> {
    const engine = createEngine();
    const load = engine.loadModel({ task: 'load', source, device: 'wasm' }, () => undefined);
    opening.get('load')!.finish();
    await load;
    return engine;
  }

  test('a text that is asked for is written in between', async () => {
    const engine = await openEngine();
    const order: string[] = [];
    let write: Promise<unknown> | null = null;
    const fit = engine.fitDirection(request, ({ done }) => {
      if (done > 0) write ??= engine.generate(writing, () => undefined).then(() => order.push('written'));
    });
    const direction = await fit;
    order.push('fitted');
    await write;
    expect(order).toEqual(['written', 'fitted']);
    expect(direction.layers).toHaveLength(1);
  });

  test('a cancel ends it, and what was read by then is not read again', async () => {
    const engine = await openEngine();
    let stoppedAt = 0;
    const stopped = outcome(
      engine.fitDirection(request, ({ done }) => {
        stoppedAt = Math.max(stoppedAt, done);
        if (done > 0) void engine.cancel('fit');
      }),
    );
    expect(await stopped).toBe('cancelled');
    expect(stoppedAt).toBeLessThan(240);
    const said: number[] = [];
    await engine.fitDirection({ ...request, task: 'again' }, ({ done }) => said.push(done));
    expect(said[0]).toBeGreaterThanOrEqual(stoppedAt);
    expect(said).toContain(240);
  });

  test('opening another model ends it', async () => {
    const engine = await openEngine();
    let load: Promise<unknown> | null = null;
    const fit = outcome(
      engine.fitDirection(request, ({ done }) => {
        if (done === 0 || load) return;
        load = engine.loadModel({ task: 'other', source, device: 'wasm' }, () => undefined);
        opening.get('other')!.finish();
      }),
    );
    expect(await fit).toBe('cancelled');
    expect(await load).toBe('other');
  });
});
