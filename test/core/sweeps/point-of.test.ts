import { describe, expect, it } from 'vitest';
import type { MeasuredText } from '../../../src/core/outcomes/index.js';
import { studentReach } from '../../../src/core/statistics/student.js';
import { meanInterval } from '../../../src/core/sweeps/interval.js';
import {
  baselineSetting,
  figuresOf,
  pointOf,
  steeredSetting,
  type TextFigures,
} from '../../../src/core/sweeps/index.js';
import { readGolden } from '../../golden/read.js';

interface Golden {
  student: Record<string, number>;
  intervals: { values: number[]; low: number; high: number }[];
}
const golden = readGolden<Golden>('sweeps');

describe('the interval of a mean', () => {
  it.each(Object.entries(golden.student))('has the points of Student’s t (%s degrees)', (degrees, point) => {
    expect(studentReach(0.95, Number(degrees)) / point).toBeCloseTo(1, 9);
  });

  it.each(golden.intervals)('is SciPy’s ($values.length values)', ({ values, low, high }) => {
    const [from, to] = meanInterval(values)!;
    expect(Math.abs(from - low) / (high - low)).toBeLessThan(1e-9);
    expect(Math.abs(to - high) / (high - low)).toBeLessThan(1e-9);
  });

  it('is unknown for one value', () => {
    expect(meanInterval([1])).toBeNull();
    expect(meanInterval([])).toBeNull();
  });
});

const setting = steeredSetting('steered', 'happy', [3, 4], 0.5);
const figures = (effect: number, meanKl: number, perplexity = 4): TextFigures => ({
  effect,
  meanKl,
  perplexity,
  distinct2: 0.9,
  normRatio: 1.1,
});

describe('a point', () => {
  it('is each text less its own baseline', () => {
    const point = pointOf(setting, [
      { text: figures(1, 0.5, 8), baseline: figures(0.8, 0), on: 0 },
      { text: figures(-0.5, 1.5, 4), baseline: figures(-1, 0), on: 1 },
    ]);
    expect(point).toMatchObject({ ...setting, texts: 2, unread: 0, cost: 1 });
    expect(point.effect).toBeCloseTo(0.35, 12);
    expect(point.figures.perplexityRatio).toBe(1.5);
    // Mean 0.35, deviation 0.3/√2 of two: 0.35 ± 12.706205 · 0.15
    expect(point.interval![1]).toBeCloseTo(0.35 + 12.706205 * 0.15, 6);
  });

  it('is as sure as its prompts make it, however many seeds each was written with', () => {
    const pairs = [0.1, 0.5, 0.9, 1.4].map((effect, on) => ({ text: figures(effect, 1), baseline: figures(0, 0), on }));
    const thrice = pairs.flatMap((pair) => [pair, pair, pair]);
    const [few, many] = [pointOf(setting, pairs), pointOf(setting, thrice)];
    expect(many.texts).toBe(12);
    many.interval!.forEach((end, at) => expect(end).toBeCloseTo(few.interval![at]!, 9));
    // Of one prompt nothing is known of others.
    expect(pointOf(setting, thrice.slice(0, 3)).interval).toBeNull();
  });

  it('says how many texts have no effect instead of counting them as none', () => {
    const point = pointOf(setting, [
      { text: figures(NaN, 2), baseline: figures(0, 0), on: 0 },
      { text: figures(1, 1), baseline: figures(0, 0), on: 1 },
    ]);
    expect(point).toMatchObject({ texts: 2, unread: 1, effect: 1, cost: 1.5, interval: null });
  });

  it('of the baseline costs and does nothing', () => {
    const baseline = figures(0.3, 0);
    expect(pointOf(baselineSetting, [{ text: baseline, baseline, on: 0 }])).toMatchObject({ effect: 0, cost: 0 });
  });

  it('of no texts has no figures', () => {
    expect(pointOf(setting, [])).toMatchObject({ texts: 0, effect: NaN, cost: NaN, interval: null });
  });
});

it('the figures of a text are its effect and its cost', () => {
  const text: MeasuredText = {
    ids: [5, 6, 2],
    pieces: [' a', ' b', ''],
    special: [false, false, true],
    kl: Float32Array.of(1, 2, 3),
    baselineNll: Float32Array.of(1, 1, 1),
    steeredNll: Float32Array.of(1, 1, 1),
    normRatio: Float32Array.of(1, 1.5),
    norms: Float32Array.of(1, 1, 1, 1, 1, 1),
    // One probe, two layers: the second layer's projections are 3 and 1, and 9 of the special token.
    projections: Float32Array.of(0, 3, 0, 1, 0, 9),
    logOdds: null,
  };
  const choice = { effect: 'score', layer: 1, words: [], away: [] } as const;
  const reading = { choice, probe: 0, probes: 1, layers: 2, means: { positive: 4, negative: 0 } };
  const found = figuresOf(text, reading, [1]);
  // 2 · 3 / 4 − 1 and 2 · 1 / 4 − 1, in the middle.
  expect(found.effect).toBeCloseTo(0, 12);
  expect(found).toMatchObject({ meanKl: 2, distinct2: 1, normRatio: 1.5 });
  expect(found.perplexity).toBeCloseTo(Math.E, 6);
});
