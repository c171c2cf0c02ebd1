import { expect, it } from 'vitest';
import { Backlog } from '../../../src/worker/sweep/backlog.js';
import { Pace, rowsInMemory } from '../../../src/worker/sweep/pace.js';

const job = (name: string, prompt: number, reference = prompt) => ({
  name,
  prompt: { ids: new Array<number>(prompt).fill(0) },
  reference: { ids: new Array<number>(reference).fill(0) },
  most: 8,
});
const names = (jobs: readonly { readonly name: string }[]) => jobs.map(({ name }) => name).join('');
const jobs = () => [job('a', 3), job('b', 4), job('c', 3), job('d', 3, 2), job('e', 3), job('f', 4), job('g', 6)];

it('takes the first text with those that are as long, and keeps the order', () => {
  const backlog = new Backlog(jobs());
  expect(backlog.first!.name).toBe('a');
  expect(names(backlog.take(2, false))).toBe('ac');
  expect(names(backlog.take(9, false))).toBe('bf');
  const lost = backlog.take(9, false);
  expect(names(lost)).toBe('d');
  backlog.putBack(lost);
  expect(names(backlog.take(0, false))).toBe('d');
  expect(names(backlog.take(5, false))).toBe('e');
  expect(names(backlog.take(5, false))).toBe('g');
  expect(backlog.take(5, false)).toEqual([]);
  expect(backlog.first).toBeNull();
});

it('where rows may come in later, fills up with prompts that are a little longer or shorter', () => {
  const backlog = new Backlog(jobs());
  expect(names(backlog.take(4, true))).toBe('abce');
  // The first is longer now; those whose reference differs from the prompt by as much go along, and no others.
  expect(names(backlog.take(9, true))).toBe('d');
  expect(names(backlog.take(9, true))).toBe('fg');
});

it('begins small, then takes the tokens that a run has time for, as the quickest of the newest runs says', () => {
  const pace = new Pace(false);
  const first = pace.tokens;
  pace.took(10, 10);
  expect(pace.tokens).toBeGreaterThan(first);
  expect(pace.tokens).toBe(50);
  // Something else had the processor: nothing changes until it stays so.
  pace.took(10, 40);
  expect(pace.tokens).toBe(50);
  for (let run = 0; run < 32; run++) pace.took(10, 40);
  expect(pace.tokens).toBe(12);
  for (let run = 0; run < 32; run++) pace.took(1, 400);
  expect(pace.tokens).toBe(first);
});

it('bounds memory by long contexts and by large vocabularies', () => {
  const layout = {
    entries: [
      {
        past: 'p',
        present: 'q',
        dims: [-1, 8, -2, 64],
        type: 'float32' as const,
      },
    ],
  };
  // 8 · 64 · 4 bytes a token, twice; 96 MB in all.
  expect(rowsInMemory(layout, 1024, 1000)).toBe(24);
  expect(rowsInMemory(layout, 2048, 1000)).toBe(12);
  expect(rowsInMemory(layout, 1, 2 ** 18)).toBe(24);
  expect(rowsInMemory(layout, 2 ** 24, 1000)).toBe(1);
});
