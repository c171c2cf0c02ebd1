/** Reading piece by piece, when something else has turns in between. */
import { expect, test } from 'vitest';
import { emptyPlan } from '../../../src/core/steering/plan.js';
import { compilePlan } from '../../../src/core/steering/schedule.js';
import { readingOfText } from '../../../src/worker/generation/forward.js';
import { readInTurns } from '../../../src/worker/generation/read-in-turns.js';
import { Task } from '../../../src/worker/tasks.js';
import { toyModel, type ToyModel } from './toy-model.js';

/** The toy takes pieces of 256 tokens at most, and no context is checked here. */
const ids = Array.from({ length: 600 }, (_, at) => at % 24);
const promptLength = 40;

async function read(model: ToyModel, task: Task, between: (turn: number) => Promise<void>) {
  const positions: number[] = [];
  const residuals = new Float32Array(2 * ids.length);
  const reading = readingOfText(model, ids, { promptLength }, compilePlan(emptyPlan, model.shape));
  let turns = 0;
  const turn = async <Result>(piece: () => Promise<Result>): Promise<Result> => {
    await between(++turns);
    return piece();
  };
  await readInTurns(model, ids, reading, promptLength, task, turn, (chunk) => {
    positions.push(chunk.start);
    residuals.set(chunk.residuals, 2 * chunk.start);
  });
  return { positions, residuals };
}

/** The toy's residual is its token's key and its position. */
const expected = Float32Array.from(ids.flatMap((id, at) => [id, at]));

test('the pieces join to the text, and nothing of the cache is left', async () => {
  const model = toyModel({ onGpu: true });
  const { positions, residuals } = await read(model, new Task(), async () => undefined);
  expect(positions).toEqual([0, 40, 296, 552]);
  expect(residuals).toEqual(expected);
  expect(model.tensorsOnGpu()).toBe(0);
  expect(model.beforeRelease.size).toBe(0);
});

test('when the session goes in between, its cache goes first, and the text is read again', async () => {
  const model = toyModel({ onGpu: true });
  const left: number[] = [];
  const { positions, residuals } = await read(model, new Task(), async (turn) => {
    if (turn !== 3) return;
    left.push(model.tensorsOnGpu());
    for (const end of model.beforeRelease) await end();
    left.push(model.tensorsOnGpu());
  });
  expect(left).toEqual([1, 0]);
  expect(positions).toEqual([0, 40, 0, 40, 296, 552]);
  expect(residuals).toEqual(expected);
});

test('a cancelled reading frees its cache', async () => {
  const model = toyModel({ onGpu: true });
  const task = new Task();
  const reading = read(model, task, async (turn) => {
    if (turn === 3) task.cancel();
  });
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  expect(model.tensorsOnGpu()).toBe(0);
  expect(model.beforeRelease.size).toBe(0);
});
