import { describe, expect, it } from 'vitest';
import { SteerboardError } from '../../../src/core/errors.js';
import { createSampler, defaultSampling, type SamplingSettings } from '../../../src/core/sampling.js';
import { applyTemperature, keepTopK, nucleusWeights, penaliseRepetition } from '../../../src/core/sampling/filters.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import { readGolden } from '../../golden/read.js';

interface Golden {
  start: number[];
  logits: number[][];
  runs: { settings: SamplingSettings; firstProbabilities: number[]; ids: number[]; logProbabilities: number[] }[];
}
const golden = readGolden<Golden>('sampling');
const greedy = { ...defaultSampling, temperature: 0 };

describe.each(golden.runs)('against the warpers of transformers, $settings', ({ settings, ...expected }) => {
  it('leaves the same probabilities', () => {
    if (settings.temperature === 0) return;
    const logits = Float64Array.from(Float32Array.from(golden.logits[0]!));
    penaliseRepetition(logits, new Set(golden.start), settings.repetitionPenalty);
    applyTemperature(logits, settings.temperature);
    keepTopK(logits, settings.topK);
    const total = nucleusWeights(logits, settings.topP);
    logits.forEach((weight, id) => expect(weight / total).toBeCloseTo(expected.firstProbabilities[id]!, 10));
  });

  it('draws the same tokens from the same seed', () => {
    const sampler = createSampler(settings, golden.start);
    const drawn = golden.logits.map((logits) => sampler.next(Float32Array.from(logits)));
    expect(drawn.map((token) => token.id)).toEqual(expected.ids);
    drawn.forEach((token, i) => expect(token.logProbability).toBeCloseTo(expected.logProbabilities[i]!, 9));
  });
});

describe('a sampler', () => {
  it('takes the lowest id of equal logits when greedy', () => {
    expect(createSampler(greedy).next(Float32Array.of(1, 4, 4, 0)).id).toBe(1);
  });

  it('chooses alike when greedy, whether a penalty is weighed or not', () => {
    const uniform = uniformSource(5);
    const [plain, weighed] = [createSampler(greedy), createSampler({ ...greedy, repetitionPenalty: 1 + 1e-12 })];
    for (let step = 0; step < 50; step++) {
      const logits = Float32Array.from({ length: 101 }, () => 40 * uniform() - 20);
      expect(plain.next(logits).id).toBe(weighed.next(logits).id);
    }
  });

  it('says the probability at temperature 1 without filters', () => {
    const { logProbability } = createSampler({ ...defaultSampling, topK: 1 }).next(Float32Array.of(0, 0, 0.001, 0));
    expect(Math.exp(logProbability)).toBeCloseTo(0.25, 3);
  });

  it('leaves the logits alone', () => {
    const logits = Float32Array.of(1, 2, 3);
    createSampler({ ...defaultSampling, topK: 2, repetitionPenalty: 2 }, [0, 1]).next(logits);
    expect([...logits]).toEqual([1, 2, 3]);
  });

  it('is its own: two with one seed do not disturb each other', () => {
    const uniform = uniformSource(1);
    const steps = Array.from({ length: 20 }, () => Float32Array.from(gaussianVector(100, uniform)));
    const alone = createSampler(defaultSampling);
    const [left, right] = [createSampler(defaultSampling), createSampler(defaultSampling)];
    for (const logits of steps) {
      const id = alone.next(logits).id;
      expect(left.next(logits).id).toBe(id);
      expect(right.next(logits).id).toBe(id);
    }
  });

  it('draws as often as the probabilities say', () => {
    const sampler = createSampler({ ...defaultSampling, temperature: 1, topP: 1 });
    const logits = Float32Array.from([0.5, 0.3, 0.2], Math.log);
    const counts = [0, 0, 0];
    for (let i = 0; i < 20_000; i++) counts[sampler.next(logits).id]!++;
    [0.5, 0.3, 0.2].forEach((share, id) => expect(Math.abs(counts[id]! / 20_000 - share)).toBeLessThan(0.012));
  });

  it.each([NaN, Infinity, -Infinity])('says to lower the strength when a logit is %d', (bad) => {
    const act = (): unknown => createSampler(defaultSampling).next(Float32Array.of(0, bad, 1));
    expect(act).toThrow(SteerboardError);
    expect(act).toThrow('Lower the strength');
  });
});
