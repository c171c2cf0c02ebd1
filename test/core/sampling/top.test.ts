import { describe, expect, it } from 'vitest';
import {
  createSampler,
  defaultSampling,
  topCanDecide,
  type SamplingSettings,
  type TopLogits,
} from '../../../src/core/sampling.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';

const uniform = uniformSource(3);

/** The top as a graph gives it: single precision, sums that are off by what the GPU may be off. */
function topOf(logits: Float32Array, k: number, temperature: number): TopLogits {
  const order = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b).slice(0, k);
  const largest = logits[order[0]!]!;
  const total = (scale: number) =>
    Math.log(
      logits.reduce((sum, logit) => sum + Math.exp((logit - largest) / scale), 0) * (1 + 5e-5 * (2 * uniform() - 1)),
    );
  return {
    values: Float32Array.from(order, (id) => logits[id]!),
    ids: Float32Array.from(order),
    logTotal: Math.fround(total(1)),
    logTotalAtTemperature: Math.fround(total(temperature > 0 ? temperature : 1)),
    vocabulary: logits.length,
  };
}

/** Logits of a vocabulary of 600, in steps of 1/8 so that many are equal. */
function prediction(spread: number): Float32Array {
  return Float32Array.from(gaussianVector(600, uniform), (x) => Math.round(8 * (spread * x - 3)) / 8);
}

const settings: [string, Partial<SamplingSettings>, decided: number][] = [
  ['greedy', { temperature: 0 }, 1],
  ['greedy with a penalty', { temperature: 0, repetitionPenalty: 1.3 }, 1],
  ['top-p', { temperature: 0.7, topP: 0.9 }, 0.5],
  ['top-p, hot', { temperature: 1.6, topP: 0.8 }, 0.1],
  ['top-p with a penalty', { temperature: 0.8, topP: 0.9, repetitionPenalty: 1.2 }, 0.15],
  ['top-k', { temperature: 1, topK: 20, topP: 1 }, 1],
  ['top-k with a penalty', { temperature: 1, topK: 40, topP: 1, repetitionPenalty: 1.5 }, 0.9],
  ['top-k and top-p', { temperature: 1.2, topK: 30, topP: 0.7 }, 0.95],
  ['everything', { temperature: 0.9, topK: 12, topP: 0.85, repetitionPenalty: 1.1 }, 0.9],
];

describe.each(settings)('%s from the top', (_, partial, decided) => {
  it('is what all logits give, with the same seed, or is left undecided', () => {
    const wanted = { ...defaultSampling, ...partial, seed: 5 };
    // As many seen tokens as a text has, many of them among the likeliest.
    const start = Array.from({ length: 40 }, (_, i) => i * 7);
    const [all, some] = [createSampler(wanted, start), createSampler(wanted, start)];
    const steps = 400;
    let count = 0;
    for (let step = 0; step < steps; step++) {
      const logits = prediction(1 + 4 * uniform());
      const expected = all.next(logits);
      const chosen = some.nextOfTop(topOf(logits, 64, wanted.temperature));
      if (chosen) count++;
      const token = chosen ?? some.next(logits);
      expect(token.id).toBe(expected.id);
      expect(token.logProbability).toBeCloseTo(expected.logProbability, 3);
    }
    expect(count / steps).toBeGreaterThanOrEqual(decided);
  });
});

describe('a top', () => {
  const top = (logits: Float32Array, k: number) => topOf(logits, k, 1);
  const sampler = (partial: Partial<SamplingSettings>, seen: number[] = []) =>
    createSampler({ ...defaultSampling, temperature: 1, ...partial }, seen);

  it('that is the whole vocabulary decides everything but plain sampling of all', () => {
    const logits = Float32Array.from(gaussianVector(50, uniform));
    const partial = { topP: 0.99, repetitionPenalty: 1.7 };
    expect(sampler(partial, [1, 2, 3]).nextOfTop(top(logits, 50))?.id).toBe(
      sampler(partial, [1, 2, 3]).next(logits).id,
    );
    expect(topCanDecide({ ...defaultSampling, topP: 1 }, 50)).toBe(false);
  });

  it('does not decide where an unseen logit may matter', () => {
    const logits = Float32Array.of(3, 3, 2.9, 2.9, 2.9, 2.9);
    // Of the top's three, the third has equals elsewhere; the other two hold 36 % of the mass.
    expect(sampler({ topP: 0.9 }).nextOfTop(top(logits, 3))).toBeNull();
    expect([0, 1]).toContain(sampler({ topP: 0.3 }).nextOfTop(top(logits, 3))?.id);
    // Both were seen: the penalty may put others before them.
    expect(sampler({ temperature: 0, repetitionPenalty: 1.5 }, [0, 1]).nextOfTop(top(logits, 2))).toBeNull();
    expect(sampler({ topK: 2, topP: 1 }).nextOfTop(top(logits, 2))).toBeNull(); // a third may equal the second
    // A penalty below 1 raises logits that are not there.
    expect(sampler({ temperature: 0, repetitionPenalty: 0.9 }).nextOfTop(top(logits, 2))).toBeNull();
  });

  it('leaves what is not finite to the logits, which say which token it is', () => {
    const bad = { ...top(Float32Array.of(1, 2, 3), 2), logTotal: NaN };
    expect(sampler({ temperature: 0 }).nextOfTop(bad)).toBeNull();
  });

  it('draws nothing when it does not decide', () => {
    const flat = new Float32Array(600);
    const sharp = Float32Array.from(gaussianVector(600, uniform), (x) => 6 * x);
    const partial = { topP: 0.9, seed: 9 };
    const [one, other] = [sampler(partial), sampler(partial)];
    expect(one.nextOfTop(top(flat, 64))).toBeNull();
    expect(one.next(sharp).id).toBe(other.next(sharp).id);
  });
});
