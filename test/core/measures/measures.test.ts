import { describe, expect, it } from 'vitest';
import {
  accuracyAt,
  alignment,
  areaUnderCurve,
  cohensD,
  distinctN,
  judge,
  judgedFigures,
  klFromLogits,
  logSoftmax,
  perplexity,
  repetition,
  softmax,
  thresholds,
} from '../../../src/core/measures/index.js';
import { readGolden } from '../../golden/read.js';

interface Golden {
  sides: {
    positive: number[];
    negative: number[];
    auc: number;
    midpoint: number;
    accuracy: number;
    effectSize: number;
  }[];
  distributions: { p: number[]; q: number[]; softmax: number[]; kl: number }[];
  perplexity: { nll: number[]; value: number };
  distinct: { ids: number[]; byN: Record<string, number> };
}
const golden = readGolden<Golden>('measures');

describe('separation of two sides', () => {
  it.each(golden.sides)('agrees with the definitions, ties included ($auc)', (side) => {
    expect(areaUnderCurve(side.positive, side.negative)).toBeCloseTo(side.auc, 12);
    expect(accuracyAt(side.midpoint, side.positive, side.negative)).toBeCloseTo(side.accuracy, 12);
    expect(cohensD(side.positive, side.negative)).toBeCloseTo(side.effectSize, 10);
  });

  it('knows its extremes', () => {
    expect(areaUnderCurve([2, 3], [0, 1])).toBe(1);
    expect(areaUnderCurve([0, 1], [2, 3])).toBe(0);
    expect(areaUnderCurve([1, 1], [1, 1])).toBe(0.5);
    expect(areaUnderCurve([], [1])).toBeNaN();
    expect(accuracyAt(0, [0], [0])).toBe(0.5);
  });

  it('has no effect size where nothing varies or is counted', () => {
    expect(cohensD([1, 1], [0, 0])).toBeNaN();
    expect(cohensD([1], [0])).toBeNaN();
    expect(cohensD([], [0, 1, 2])).toBeNaN();
  });
});

describe('predictions', () => {
  it.each(golden.distributions)(
    'have the softmax and KL of the definition ($kl nats)',
    ({ p, q, softmax: shares, kl }) => {
      softmax(p).forEach((share, i) => expect(share).toBeCloseTo(shares[i]!, 12));
      expect(klFromLogits(p, q) / kl).toBeCloseTo(1, 9);
      expect(klFromLogits(p, p)).toBe(0);
    },
  );

  it('survive large and impossible logits', () => {
    expect([...softmax([1e4, 0, -Infinity])]).toEqual([1, 0, 0]);
    expect(logSoftmax([-Infinity, 5])[0]).toBe(-Infinity);
    expect(klFromLogits([0, -Infinity], [0, -Infinity])).toBe(0);
    expect(klFromLogits([0, 0], [0, -Infinity])).toBe(Infinity);
  });

  it('have a perplexity: the inverse geometric mean of the probabilities', () => {
    expect(perplexity(golden.perplexity.nll)).toBeCloseTo(golden.perplexity.value, 9);
    expect(perplexity([Math.log(8), Math.log(8)])).toBeCloseTo(8, 12);
  });
});

describe('alignment', () => {
  it('is the cosine, 0 for a zero residual, NaN where nothing was read', () => {
    expect(alignment(-3, 6)).toBe(-0.5);
    expect(alignment(1.0000001, 1)).toBe(1);
    expect(alignment(0, 0)).toBe(0);
    expect(alignment(NaN, 2)).toBeNaN();
  });
});

describe('repetition', () => {
  it('counts different n-grams', () => {
    for (const [n, share] of Object.entries(golden.distinct.byN)) {
      expect(distinctN(golden.distinct.ids, Number(n))).toBeCloseTo(share, 12);
    }
    expect(repetition([1, 2, 1, 1])).toBe(0.5);
    expect(distinctN([1], 2)).toBeNaN();
  });

  it('does not take 1,23 for 12,3', () => {
    expect(distinctN([1, 23, 12, 3, 1], 2)).toBe(1);
  });
});

describe('the judge', () => {
  it('finds nothing wrong with nothing, unknown or ordinary figures', () => {
    for (const figures of [
      {},
      { meanKl: NaN, distinct2: NaN, perplexityRatio: NaN, normRatio: NaN },
      { meanKl: 0.4, perplexityRatio: 1.2, distinct2: 0.9, baselineDistinct2: 0.95, normRatio: 1.1 },
    ]) {
      expect(judge(figures)).toEqual({ verdict: 'within range', reasons: [] });
    }
  });

  it('takes the worst figure and names it first', () => {
    const { verdict, reasons } = judge({ meanKl: 2, distinct2: 0.1 });
    expect(verdict).toBe('broken');
    expect(reasons).toHaveLength(2);
    expect(reasons[0]).toContain('distinct-2 0.10');
    expect(judge({ meanKl: 2 }).verdict).toBe('strained');
    expect(judge({ perplexityRatio: Infinity }).verdict).toBe('broken');
  });

  it('minds norms that grow and norms that shrink', () => {
    expect(judge({ normRatio: 4 }).verdict).toBe('broken');
    expect(judge({ normRatio: 0.25 }).verdict).toBe('broken');
    expect(judge({ normRatio: 0.6 }).verdict).toBe('strained');
  });

  it('does not hold against steering what the baseline repeats already', () => {
    expect(judge({ distinct2: 0.6 }).verdict).toBe('strained');
    expect(judge({ distinct2: 0.35 }).verdict).toBe('broken');
    expect(judge({ distinct2: 0.35, baselineDistinct2: 0.4 }).verdict).toBe('within range');
  });

  it('follows the limits that it is given', () => {
    const strict = { ...thresholds, meanKl: { strained: 0.2, broken: 0.3 } };
    expect(judge({ meanKl: 0.25 }, strict).verdict).toBe('strained');
    expect(judge({ meanKl: 0.35 }, strict).verdict).toBe('broken');
    expect(judge({ meanKl: 0.35 }).verdict).toBe('within range');
    expect(judgedFigures({ normRatio: 0.5, distinct2: 0.4, baselineDistinct2: 0.8 })).toEqual({
      meanKl: NaN,
      perplexityRatio: NaN,
      distinct2: 0.5,
      normFactor: 2,
    });
  });

  it.each([
    // Figures of texts of the bundled model, with what a reader made of them.
    ['She loved to play on the swings and the slide.', 'within range', 3.7, 0.72, 1.13, 1.5],
    ['"Look at at this fun with a fun fun game!" she said.', 'strained', 9.6, 0.84, 1.7, 1.69],
    ['The temple was darknessinging, but she couldn’t find it.', 'broken', 26.6, 0.77, 2.16, 1.56],
    ['up up up up', 'broken', 9, 0.46, NaN, NaN],
  ] as const)('reads “%s” as %s', (_text, verdict, perplexityRatio, distinct2, meanKl, normRatio) => {
    expect(judge({ perplexityRatio, distinct2, baselineDistinct2: 0.89, meanKl, normRatio }).verdict).toBe(verdict);
  });
});
