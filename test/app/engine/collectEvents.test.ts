import { afterEach, expect, it, vi } from 'vitest';
import { collectEvents } from '../../../src/app/engine/collectEvents.js';

const count = (events: readonly number[]) => events.length;

afterEach(() => {
  vi.useRealTimers();
});

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

it('says what is missing when the answer came and no more events do', async () => {
  vi.useFakeTimers();
  let send: (events: readonly number[]) => void = () => undefined;
  const ask = (onEvents: typeof send) => ((send = onEvents), Promise.resolve('done'));
  let ended: unknown = null;
  void collectEvents<number, string>(ask, count, 3).catch((error: unknown) => (ended = error));
  await vi.advanceTimersByTimeAsync(9_000);
  send([1]);
  // What comes late gives the next one as much time again.
  await vi.advanceTimersByTimeAsync(9_000);
  expect(ended).toBeNull();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(ended).toMatchObject({ code: 'unexpected', fields: { left: 2, awaited: 3 } });
  expect((ended as Error).message).toMatch(/2 of 3 results did not come.*Start it again/);
});

it('fails with what went wrong while events were taken in', async () => {
  const wrong = () => {
    throw new Error('not a figure');
  };
  const ask = (onEvents: (events: readonly number[]) => void) => (onEvents([1]), Promise.resolve('done'));
  await expect(collectEvents<number, string>(ask, wrong, 1)).rejects.toThrow('not a figure');
});
