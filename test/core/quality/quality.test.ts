import { describe, expect, it } from 'vitest';
import { assessSteps } from '../../../src/core/quality/assess.js';
import { randomSeparationSteps, shuffledSeparationSteps } from '../../../src/core/quality/controls.js';
import { bandsOf, intervalSteps, separationFigures } from '../../../src/core/quality/figures.js';
import { rankSteps } from '../../../src/core/quality/ranks.js';
import { resampledDirectionSteps } from '../../../src/core/quality/resampled-directions.js';
import { defaultsOf, type FinderInput } from '../../../src/core/directions/finder.js';
import { logisticProbe } from '../../../src/core/directions/logistic-probe.js';
import { meanDifference } from '../../../src/core/directions/mean-difference.js';
import { heldOutScoresSteps, separationOf } from '../../../src/core/directions/separation.js';
import {
  chanceOfAtLeast,
  drawsBandOf,
  explainedVariance,
  stabilityOf,
  type Interval,
} from '../../../src/core/measures/index.js';
import { toEnd } from '../../../src/core/steps.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import { meanOf, normalised, subtract } from '../../../src/core/tensors/vector.js';
import { readGolden } from '../../golden/read.js';

interface Golden {
  draws: { resamples: number; random: number; shuffles: number; refits: number };
  seeds: { intervals: number; random: number; shuffles: number; refits: number };
  cases: {
    name: string;
    paired: boolean;
    together: number;
    positive: number[][];
    negative: number[][];
    /** AUC, accuracy, d. */
    separation: number[];
    intervals: Interval[];
    random: (Interval & { mean: number })[];
    shuffled: (Interval & { mean: number })[];
    chance: number;
    stability: [number, number];
    explained: [number, number | null];
    ranks: [number, number][];
  }[];
}
const { draws, seeds, cases } = readGolden<Golden>('assessment');

const floats = (rows: readonly (readonly number[])[]): Float32Array[] => rows.map((row) => Float32Array.from(row));
const inputOf = (positive: readonly Float32Array[], negative: readonly Float32Array[]): FinderInput => ({
  positive,
  negative,
  options: {},
  layer: 0,
});
const width = ({ low, high }: Interval): number => high - low;

describe.each(cases)('$name', (golden) => {
  const { paired, together } = golden;
  const input = inputOf(floats(golden.positive), floats(golden.negative));
  const grouping = { paired, together };
  const scores = toEnd(heldOutScoresSteps(meanDifference, input, together))!;

  it('is told apart as by scikit-learn', () => {
    const separation = separationOf(scores);
    separationFigures.forEach((figure, at) => expect(separation[figure]).toBeCloseTo(golden.separation[at]!, 6));
  });

  it('has the intervals of the same resampling', () => {
    const intervals = toEnd(intervalSteps(scores, grouping, draws.resamples, seeds.intervals));
    separationFigures.forEach((figure, at) => {
      const wanted = golden.intervals[at]!;
      for (const end of ['low', 'high'] as const) {
        expect(Math.abs(intervals[figure][end] - wanted[end])).toBeLessThan(0.01 * width(wanted));
      }
    });
  });

  it('is told apart by random directions as much as NumPy’s', () => {
    const bands = bandsOf(toEnd(randomSeparationSteps(input, together, draws.random, seeds.random))!);
    separationFigures.forEach((figure, at) => {
      for (const key of ['low', 'high', 'mean'] as const) {
        expect(bands[figure][key]).toBeCloseTo(golden.random[at]![key], 5);
      }
    });
  });

  it('is told apart when shuffled as much as with the same shuffles in NumPy', () => {
    const found = toEnd(shuffledSeparationSteps(meanDifference, input, grouping, draws.shuffles, seeds.shuffles))!;
    const bands = bandsOf(found);
    separationFigures.forEach((figure, at) => {
      for (const key of ['low', 'high', 'mean'] as const) {
        expect(bands[figure][key]).toBeCloseTo(golden.shuffled[at]![key], 5);
      }
    });
    const aucs = found.map(({ auc }) => auc);
    expect(chanceOfAtLeast(separationOf(scores).auc, aucs)).toBeCloseTo(golden.chance, 12);
  });

  it('gives directions that are as stable', () => {
    const units = toEnd(resampledDirectionSteps(meanDifference, input, grouping, draws.refits, seeds.refits));
    const { mean, low } = stabilityOf(units);
    expect(mean).toBeCloseTo(golden.stability[0], 6);
    expect(low).toBeCloseTo(golden.stability[1], 6);
  });

  it('has as much of its variance along the direction, and as much read at each rank', () => {
    const unit = normalised(subtract(meanOf(input.positive), meanOf(input.negative)));
    const all = [...input.positive, ...input.negative];
    const centred = all.map((row) => subtract(row, meanOf(all)));
    expect(explainedVariance(centred, unit)).toBeCloseTo(golden.explained[0], 6);
    if (golden.explained[1] !== null) {
      const differences = input.positive.map((row, i) => subtract(row, input.negative[i]!));
      expect(explainedVariance(differences, unit)).toBeCloseTo(golden.explained[1], 6);
    }
    const ranks = toEnd(rankSteps(input, together));
    expect(ranks.map(({ rank, accuracy }) => [rank, accuracy])).toEqual(
      golden.ranks.map(([rank, accuracy]) => [rank, expect.closeTo(accuracy, 6)]),
    );
  });
});

describe('planted', () => {
  const dimensions = 64;
  /** Gaussian texts whose sides lie `size` standard deviations apart along the first number. */
  function plant(count: number, size: number, seed: number): FinderInput {
    const uniform = uniformSource(seed);
    const side = (sign: number): Float32Array[] =>
      Array.from({ length: count }, () => {
        const row = Float32Array.from(gaussianVector(dimensions, uniform));
        row[0]! += (sign * size) / 2;
        return row;
      });
    return { positive: side(1), negative: side(-1), options: defaultsOf(meanDifference), layer: 0 };
  }
  const grouping = { paired: false, together: 1 };
  const some = { resamples: 200, random: 100, shuffles: 50, refits: 10 };
  const assess = (input: FinderInput, finder: typeof meanDifference | null = meanDifference) => {
    const vector = normalised(subtract(meanOf(input.positive), meanOf(input.negative)));
    return toEnd(assessSteps({ ...input, finder, vector }, grouping, some));
  };

  it('is found where it is, outside of what random directions and shuffled labels reach', () => {
    const { separation, intervals, random, shuffled, stability, ranks } = assess(plant(60, 4, 1));
    expect(separation!.auc).toBeGreaterThan(0.97);
    expect(intervals!.auc.low).toBeGreaterThan(random!.auc.high);
    expect(intervals!.auc.low).toBeGreaterThan(shuffled!.bands.auc.high);
    expect(shuffled!.chance).toBeCloseTo(1 / 51, 12);
    expect(stability!.mean).toBeGreaterThan(0.8);
    // One direction was planted, so more of them read no better.
    expect(Math.max(...ranks.map(({ accuracy }) => accuracy)) - ranks[0]!.accuracy).toBeLessThan(0.05);
  });

  it('is nowhere where the sides do not differ: the direction, random ones and shuffled ones are at chance', () => {
    const { separation, random, shuffled } = assess(plant(60, 0, 2));
    for (const band of [random!, shuffled!.bands]) {
      expect(band.auc.low).toBeLessThan(0.5);
      expect(band.auc.high).toBeGreaterThan(0.5);
      expect(Math.abs(band.auc.mean - 0.5)).toBeLessThan(0.06);
      expect(Math.abs(band.accuracy.mean - 0.5)).toBeLessThan(0.06);
    }
    expect(separation!.auc).toBeLessThan(shuffled!.bands.auc.high + 0.05);
    expect(shuffled!.chance).toBeGreaterThan(0.05);
  });

  it('a random direction scores chance within its own band, though the sides are far apart along another one', () => {
    const input = plant(60, 4, 3);
    const uniform = uniformSource(99);
    const vector = normalised(gaussianVector(dimensions, uniform));
    const { separation, intervals, random, shuffled, stability, heldOut } = toEnd(
      assessSteps({ ...input, finder: null, vector }, grouping, some),
    );
    const band = drawsBandOf(toEnd(randomSeparationSteps(input, 1, some.random, 5))!.map(({ auc }) => auc));
    // A direction that cannot be found again has no sign to learn: it lies as far on either side of chance.
    const reach = Math.max(separation!.auc, 1 - separation!.auc);
    expect(reach).toBeLessThanOrEqual(band.high);
    // Nothing was held out for it, so what held-out controls reach does not stand beside it.
    expect([heldOut, intervals, random, shuffled, stability]).toEqual([false, null, null, null, null]);
  });

  it('a direction of noise is not called held out, though it separates the texts that it was found from', () => {
    const uniform = uniformSource(5);
    const side = () => Array.from({ length: 12 }, () => Float32Array.from(gaussianVector(256, uniform)));
    const input = inputOf(side(), side());
    const vector = normalised(subtract(meanOf(input.positive), meanOf(input.negative)));
    const own = toEnd(assessSteps({ ...input, finder: null, vector }, { paired: false, together: 1 }, some));
    expect(own).toMatchObject({ heldOut: false, intervals: null, random: null });
    expect(own.separation!.auc).toBeGreaterThan(0.95);
    const found = toEnd(
      assessSteps({ ...input, finder: meanDifference, vector }, { paired: false, together: 1 }, some),
    );
    expect(found.heldOut).toBe(true);
    expect(found.separation!.auc).toBeLessThan(0.8);
  });

  it('two planted directions take a probe of more than one', () => {
    // The sides differ along a short axis, and a long axis that varies together with it hides that from the difference of means.
    const uniform = uniformSource(7);
    const side = (sign: number): Float32Array[] =>
      Array.from({ length: 80 }, () => {
        const [a, b] = gaussianVector(2, uniform);
        return Float32Array.of(sign + 4 * a!, 4 * a! + 0.3 * b!, 0, 0);
      });
    const ranks = toEnd(rankSteps({ positive: side(1), negative: side(-1) }, 1));
    expect(ranks[0]).toMatchObject({ rank: 1 });
    expect(ranks[0]!.accuracy).toBeLessThan(0.7);
    expect(ranks[1]!.accuracy).toBeGreaterThan(0.95);
  });

  it('says nothing that needs held-out texts of a single text a side', () => {
    const { separation, intervals, random, shuffled, stability, ranks } = assess(plant(1, 3, 4));
    expect([separation, intervals, random, shuffled, stability]).toEqual([null, null, null, null, null]);
    expect(ranks).toEqual([]);
  });

  it('finds methods other than the mean difference again as well', () => {
    const input = { ...plant(12, 4, 5), options: defaultsOf(logisticProbe) };
    const vector = normalised(logisticProbe.find(input));
    const few = { resamples: 20, random: 5, shuffles: 3, refits: 4 };
    const { separation, shuffled, stability } = toEnd(
      assessSteps({ ...input, finder: logisticProbe, vector }, grouping, few),
    );
    expect(separation!.auc).toBeGreaterThan(shuffled!.bands.auc.mean);
    expect(stability!.draws).toBe(4);
  });
});

describe('texts that belong together', () => {
  it('have wider intervals than texts that are drawn one by one', () => {
    const golden = cases.find(({ together }) => together > 1)!;
    const input = inputOf(floats(golden.positive), floats(golden.negative));
    const scores = toEnd(heldOutScoresSteps(meanDifference, input, golden.together))!;
    const interval = (together: number) => toEnd(intervalSteps(scores, { paired: true, together }, 400, 1)).effectSize;
    expect(width(interval(golden.together))).toBeGreaterThan(width(interval(1)));
  });
});
