import { describe, expect, it } from 'vitest';
import {
  AdditivityError,
  drawsBandOf,
  distinctN,
  explainedVariance,
  fewestDirections,
  klFromLogits,
  logSoftmax,
  MeanPromotion,
  middle95,
  perplexity,
  quantile,
  stabilityOf,
} from '../../../src/core/measures/index.js';
import { readGolden } from '../../golden/read.js';

interface Golden {
  predictions: {
    steered: number[][];
    baseline: number[][];
    ids: number[];
    kl: number[];
    nll: number[];
    perplexity: number;
    toward: number[];
    away: number[];
    promotion: { change: number[]; raised: number[]; lowered: number[] };
  }[];
  distinct: { ids: number[]; byN: Record<string, number> };
}
const { predictions, distinct } = readGolden<Golden>('predictions');

describe.each(predictions)('predictions of SciPy and PyTorch', (golden) => {
  const { steered, baseline, ids } = golden;

  it('have the same KL and perplexity', () => {
    steered.forEach((logits, at) => {
      expect(klFromLogits(logits, baseline[at]!)).toBeCloseTo(golden.kl[at]!, 10);
    });
    const nll = baseline.map((logits, at) => -logSoftmax(logits)[ids[at]!]!);
    nll.forEach((value, at) => expect(value).toBeCloseTo(golden.nll[at]!, 10));
    expect(perplexity(nll)).toBeCloseTo(golden.perplexity, 9);
  });

  it('promote the same tokens by as much', () => {
    const { change, raised, lowered } = golden.promotion;
    const promotion = new MeanPromotion(steered[0]!.length);
    steered.forEach((logits, at) => promotion.add(logSoftmax(baseline[at]!), logSoftmax(logits)));
    const all = promotion.most(steered[0]!.length);
    // Changes that are equal but for rounding may stand in either order.
    const ids = (tokens: typeof all.raised) => tokens.map(({ id }) => id).toSorted((a, b) => a - b);
    expect(ids(all.raised)).toEqual(raised.toSorted((a, b) => a - b));
    expect(ids(all.lowered)).toEqual(lowered.toSorted((a, b) => a - b));
    const sizes = [...all.lowered, ...all.raised.toReversed()].map(({ change: by }) => by);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(promotion.most(3)).toEqual({ raised: all.raised.slice(0, 3), lowered: all.lowered.slice(0, 3) });
    const compared = [...all.raised, ...all.lowered].filter(({ id }) => id < change.length);
    expect(compared.length).toBeGreaterThan(3);
    for (const { id, change: by } of compared) expect(by).toBeCloseTo(change[id]!, 10);
  });
});

describe('promotion', () => {
  it('leaves out tokens that neither side finds likely, and those that did not change', () => {
    const promotion = new MeanPromotion(4);
    const logs = (shares: readonly number[]) => shares.map(Math.log);
    promotion.add(logs([0.5, 0.4999, 0.0002, 0.1]), logs([0.6, 0.4, 0.0008, 0.1]));
    const { raised, lowered } = promotion.most(10);
    expect(raised.map(({ id }) => id)).toEqual([0]);
    expect(lowered.map(({ id }) => id)).toEqual([1]);
    expect(raised[0]).toMatchObject({ baseline: expect.closeTo(0.5, 9), steered: expect.closeTo(0.6, 9) });
  });

  it('is not upset by tokens that are excluded in both', () => {
    const promotion = new MeanPromotion(2);
    promotion.add([0, -Infinity], [0, -Infinity]);
    expect(promotion.most(2)).toEqual({ raised: [], lowered: [] });
  });
});

describe('distinct-n', () => {
  it.each(Object.entries(distinct.byN))('of %s tokens is that of sets of tuples', (n, share) => {
    expect(distinctN(distinct.ids, Number(n))).toBeCloseTo(share, 12);
  });
});

describe('additivity', () => {
  type Doubled = [number[], number[], number];
  type Summed = [number[], number[], number[], number];
  const { additivity } = readGolden<{ additivity: Record<string, { doubled: Doubled; summed: Summed }> }>('assessment');
  const errorOf = (whole: readonly number[], parts: readonly (readonly number[])[]): number => {
    const error = new AdditivityError();
    // In two pieces, as it comes of two positions.
    for (const [from, to] of [[0, 2] as const, [2, whole.length] as const]) {
      error.add(
        whole.slice(from, to),
        parts.map((part) => part.slice(from, to)),
      );
    }
    return error.value;
  };

  it.each(Object.entries(additivity))('of a readout that is %s', (name, { doubled, summed }) => {
    const [whole, part, wanted] = doubled;
    const [sum, first, second, wantedOfSum] = summed;
    expect(errorOf(whole, [part, part])).toBeCloseTo(wanted, 9);
    expect(errorOf(sum, [first, second])).toBeCloseTo(wantedOfSum, 9);
    if (name === 'linear') expect(errorOf(whole, [part, part])).toBeLessThan(1e-12);
    else expect(wanted).toBeGreaterThan(0.1);
  });

  it('is not known where nothing changed', () => {
    expect(new AdditivityError().value).toBeNaN();
    expect(errorOf([0, 0, 0], [[0, 0, 0]])).toBeNaN();
  });
});

describe('summaries', () => {
  it('take quantiles on straight lines, and leave NaN out', () => {
    expect(quantile([3, 1, NaN, 2], 0.5)).toBe(2);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    expect(quantile([NaN], 0.5)).toBeNaN();
    expect(middle95(Array.from({ length: 41 }, (_, i) => i))).toEqual({ low: 1, high: 39 });
    expect(drawsBandOf([1, NaN, 3])).toMatchObject({ mean: 2 });
    expect(drawsBandOf([]).mean).toBeNaN();
  });

  it('know one direction from two, and nothing of none', () => {
    expect(stabilityOf([[1, 0]]).mean).toBeNaN();
    expect(
      stabilityOf([
        [1, 0],
        [1, 0],
        [0, 1],
      ]).mean,
    ).toBeCloseTo(1 / 3, 12);
    expect(explainedVariance([[0, 0]], [1, 0])).toBeNaN();
    expect(explainedVariance([[3, 4]], [1, 0])).toBeCloseTo(9 / 25, 12);
  });

  it('name the least rank that reads as well as the best', () => {
    const ranks = [
      { rank: 1, accuracy: 0.8 },
      { rank: 2, accuracy: 0.93 },
      { rank: 4, accuracy: 0.95 },
    ];
    expect(fewestDirections(ranks, 0.02)).toEqual(ranks[1]);
    expect(fewestDirections([], 0.02)).toBeNull();
  });
});
