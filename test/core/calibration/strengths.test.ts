import { describe, expect, it } from 'vitest';
import {
  coarseStrengths,
  fineStrengths,
  isBracketed,
  mergeLooks,
  rangeOf,
  type CostPoint,
} from '../../../src/core/calibration/index.js';

const both = { min: -2, max: 2, origin: 0 };
const points = (strengths: readonly number[], cost: (strength: number) => number): readonly CostPoint[] =>
  strengths.map((strength) => ({ strength, kl: [cost(strength), cost(strength)] }));

describe('the first look', () => {
  it('tries the origin, both ends of the slider and strengths between', () => {
    const tried = coarseStrengths(both);
    expect(tried).toContain(0);
    expect(Math.min(...tried)).toBe(-2);
    expect(Math.max(...tried)).toBe(2);
    expect(tried.filter((it) => it > 0)).toHaveLength(tried.filter((it) => it < 0).length);
  });

  it('tries one side where the slider begins at the origin', () => {
    expect(coarseStrengths({ min: 0, max: 1, origin: 0 }).every((it) => it >= 0)).toBe(true);
  });

  it('counts from the origin', () => {
    const tried = coarseStrengths({ min: -2, max: 4, origin: 1 });
    expect(tried).toContain(1);
    expect([Math.min(...tried), Math.max(...tried)]).toEqual([-2, 4]);
  });
});

describe('the closer look', () => {
  const look = (cost: (strength: number) => number) => {
    const range = rangeOf(points(coarseStrengths(both), cost), 1.5, 0)!;
    return { range, tried: fineStrengths(range, ['from', 'to'], both) };
  };

  it('tries strengths to both sides of each end', () => {
    const { range, tried } = look((s) => 2 * s * s);
    expect(tried.filter((it) => it > 0 && it < range.to)).toHaveLength(1);
    expect(tried.filter((it) => it > range.to)).toHaveLength(1);
    expect(tried.filter((it) => it < 0)).toHaveLength(2);
    expect(fineStrengths(range, ['to'], both).every((it) => it > 0)).toBe(true);
  });

  it('tries the end of the slider where the budget is not left, and stays on the slider', () => {
    expect(look((s) => 0.01 * s * s).tried).toEqual([-2, 2]);
    const near = look((s) => 0.4 * s * s).tried;
    expect(Math.max(...near)).toBe(2);
    expect(Math.min(...near)).toBe(-2);
  });

  it('is done once an end lies between two strengths that were looked at closely', () => {
    const range = { from: -0.8, to: 0.8, ends: { from: true, to: true } };
    const close = points([0.7, 0.9, -0.5, -0.7], () => 1);
    expect(isBracketed(close, range, 'to', both)).toBe(true);
    expect(isBracketed(close, range, 'from', both)).toBe(false);
    const open = { from: -2, to: 0.8, ends: { from: false, to: true } };
    expect(isBracketed(close, open, 'from', both)).toBe(false);
    expect(isBracketed([...close, ...points([-2], () => 1)], open, 'from', both)).toBe(true);
  });

  it('replaces what was seen roughly near it, and keeps the rest', () => {
    const first = points([-2, -0.8, 0, 0.1, 0.5, 0.8, 2], () => 1);
    const merged = mergeLooks(
      first,
      points([0.6, 0.75], () => 2),
      both,
    );
    expect(merged.map(({ strength }) => strength)).toEqual([-2, -0.8, 0, 0.1, 0.6, 0.75, 2]);
  });
});
