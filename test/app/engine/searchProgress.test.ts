import { expect, it } from 'vitest';
import { followSearch, type SearchPace } from '../../../src/app/engine/searchProgress.js';

it('tells the time that is left from the texts so far, and counts those within a step', () => {
  const said: SearchPace[] = [];
  let time = 5000;
  const follow = followSearch(
    (pace) => said.push(pace),
    () => time,
  );
  follow.written(3);
  expect(said).toEqual([]);
  follow.step({ label: 'first', done: 0, of: 100 });
  time += 10_000;
  follow.written(20);
  follow.step({ label: 'second', done: 25, of: 100 });
  time += 10_000;
  follow.written(90);
  expect(said).toEqual([
    { progress: { label: 'first', done: 0, of: 100 }, left: null },
    // 20 of 100 in ten seconds.
    { progress: { label: 'first', done: 20, of: 100 }, left: 40 },
    { progress: { label: 'second', done: 25, of: 100 }, left: 30 },
    // More than was planned is no more than all.
    { progress: { label: 'second', done: 100, of: 100 }, left: 0 },
  ]);
});
