import { expect, it } from 'vitest';
import { collectEvents } from '../../../src/app/engine/collectEvents.js';

const count = (events: readonly number[]) => events.length;

it('waits for events that come after the answer, and for the answer after the events', async () => {
  const told: string[] = [];
  let send: (events: readonly number[]) => void = () => undefined;
  const late = collectEvents<number, string>((onEvents) => ((send = onEvents), Promise.resolve('done')), count, 3);
  void late.then(() => told.push('late'));
  send([1]);
  await Promise.resolve();
  await Promise.resolve();
  expect(told).toEqual([]);
  send([2, 3]);
  expect(await late).toBe('done');
  let answer: (value: string) => void = () => undefined;
  const early = collectEvents<number, string>(
    (onEvents) => (onEvents([1]), new Promise((resolve) => (answer = resolve))),
    count,
    1,
  );
  answer('answered');
  expect(await early).toBe('answered');
});

it('does not wait for events of a call that fails', async () => {
  await expect(collectEvents(() => Promise.reject(new Error('Cancelled.')), count, 2)).rejects.toThrow('Cancelled.');
});
