import { expect, it } from 'vitest';
import { Deal } from '../../../src/app/engine/dealing.js';
import { emptyPlan, type Plan } from '../../../src/core/steering/plan.js';
import type { SweepCell } from '../../../src/protocol/api.js';

function added(strength: number): Plan {
  const sites = [{ layer: 1, vector: Float32Array.of(1, 0), residualNorm: 2 }];
  const scope = { prompt: true, generated: true };
  return { ...emptyPlan, terms: [{ operator: 'add', strength, scope, sites }] };
}
const cellOf = (index: number, more: Partial<SweepCell> = {}): SweepCell => ({
  id: String(index),
  prompt: 'One',
  plan: added(0.5),
  seed: index,
  ...more,
});
const cells = (count: number) => Array.from({ length: count }, (_, index) => cellOf(index));
const ids = (piece: readonly SweepCell[]) => piece.map(({ id }) => Number(id));

it('one worker takes everything at once', () => {
  const deal = new Deal(cells(300), false);
  expect(deal.take(1, 0)).toHaveLength(300);
  expect(deal.isEmpty).toBe(true);
});

it('pieces come in order, each text once, and get smaller to the end', () => {
  const deal = new Deal(cells(500), false);
  const pieces: (readonly SweepCell[])[] = [];
  while (!deal.isEmpty) pieces.push(deal.take(3, 0));
  expect(ids(pieces.flat())).toEqual(ids(cells(500)));
  const sizes = pieces.map(({ length }) => length);
  // The first texts are seen soon.
  expect(sizes[0]).toBe(8);
  expect(sizes.slice(1)).toEqual(sizes.slice(1).toSorted((a, b) => b - a));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(96);
  expect(Math.min(...sizes.slice(1))).toBeGreaterThanOrEqual(8);
});

it('a share is of all that is left, what others still write included', () => {
  // 60 are waiting, 20 are under way with the other: 40 for each.
  expect(new Deal(cells(60), false).take(2, 20)).toHaveLength(40);
  expect(new Deal(cells(60), false).take(2, 0)).toHaveLength(30);
  // Crumbs are not left over.
  expect(new Deal(cells(20), false).take(2, 0)).toHaveLength(20);
});

it('what is given back comes next', () => {
  const deal = new Deal(cells(60), false);
  const piece = deal.take(2, 0);
  deal.giveBack(piece.slice(7));
  expect(ids(deal.take(1, 0))).toEqual(ids(cells(60)).slice(7));
});

it('texts that are the same stay together, as a worker writes them once', () => {
  const strengths = [-1, 0, 1];
  const plain = { plan: added(0) };
  const grid = Array.from({ length: 120 }, (_, index) =>
    cellOf(index, { seed: index % 2, prompt: index % 4 < 2 ? 'One' : 'Two', plan: added(strengths[index % 3]!) }),
  );
  const idle = new Set(grid.filter((cell) => cell.plan.terms[0]!.strength === 0).map(({ id }) => id));
  const groupsIn = (isGreedy: boolean): number => {
    const deal = new Deal(grid, isGreedy);
    const groups = new Map<string, number[]>();
    for (let piece = 0; !deal.isEmpty; piece++)
      for (const { id, prompt, seed } of deal.take(2, 0)) {
        const name = `${JSON.stringify(prompt)} ${isGreedy ? '' : seed}`;
        if (idle.has(id)) groups.set(name, [...(groups.get(name) ?? []), piece]);
      }
    for (const pieces of groups.values()) expect(new Set(pieces).size).toBe(1);
    return groups.size;
  };
  expect(groupsIn(false)).toBe(4);
  // Without temperature every seed writes the same.
  expect(groupsIn(true)).toBe(2);
  // A wish in words is read after another prompt.
  const wishes = [cellOf(0, plain), cellOf(1, { ...plain, seed: 0, reference: 'One' }), ...cells(30).slice(2)];
  expect(new Deal(wishes, true).take(2, 0)).toHaveLength(16);
});
