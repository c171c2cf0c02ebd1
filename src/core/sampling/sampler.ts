import { SteerboardError } from '../errors.js';
import type { SamplingSettings } from '../sampling.js';
import { logTotal } from '../tensors/log-total.js';
import { uniformSource } from '../tensors/random.js';
import { largestIndex, largestOf } from '../tensors/selection.js';
import { applyTemperature, keepTopK, nucleusWeights, penaliseRepetition } from './filters.js';
import { keptOfTop, type TopLogits } from './top.js';

export interface SampledToken {
  readonly id: number;
  /** Natural log of the model's own probability of the token: at temperature 1, before any penalty or filter. */
  readonly logProbability: number;
}

export interface Sampler {
  /**
   * Chooses the next token from the logits [vocabulary] at the last position, which are left as they are, and remembers
   * it for the repetition penalty.
   *
   * @param logTotal log Σ exp(logit), where the caller knows it and that every logit is finite
   * @throws SteerboardError `overflow` when a logit is not finite.
   */
  next(logits: Float32Array, logTotal?: number): SampledToken;
  /**
   * The token that {@link next} would choose from all logits, or null, and nothing changed, when the likeliest do not
   * decide it: ask `next` then.
   */
  nextOfTop(top: TopLogits): SampledToken | null;
}

/**
 * One text's sampler. Give each row of a batch its own, all with the same seed: rows whose logits agree then draw the
 * same tokens, so what differs between two rows is the steering's doing. Exactly one uniform number is drawn for a
 * token, and the cumulative distribution it is looked up in runs in order of token id, so that small changes of the
 * logits rarely change the choice. Greedy draws nothing; of equal logits it takes the lowest id.
 *
 * @param startIds the prompt's tokens; the repetition penalty counts them too, as Hugging Face's does.
 */
export function createSampler(settings: SamplingSettings, startIds: Iterable<number> = []): Sampler {
  const uniform = uniformSource(settings.seed);
  const seen = new Set(startIds);
  let filtered = new Float64Array(0);
  let scratch = new Float64Array(0);
  return {
    next(logits, total = checkedTotal(logits)) {
      const choose = (id: number) => {
        seen.add(id);
        return { id, logProbability: logits[id]! - total };
      };
      const asTheyAre = settings.temperature <= 0 && settings.repetitionPenalty === 1;
      if (asTheyAre) return choose(logits.indexOf(largestOf(logits)));
      if (filtered.length !== logits.length) {
        filtered = new Float64Array(logits.length);
        scratch = new Float64Array(logits.length);
      }
      filtered.set(logits);
      penaliseRepetition(filtered, seen, settings.repetitionPenalty);
      return choose(settings.temperature > 0 ? draw(filtered, settings, uniform(), scratch) : largestIndex(filtered));
    },
    nextOfTop(top) {
      const kept = keptOfTop(top, settings, seen);
      if (!kept) return null;
      const { ids, weights } = kept;
      const id = settings.temperature > 0 ? ids[lookUp(weights, uniform() * sumOf(weights))]! : ids[0]!;
      seen.add(id);
      const logit = top.values[Array.prototype.indexOf.call(top.ids, id)]!;
      return { id, logProbability: logit - top.values[0]! - top.logTotal };
    },
  };
}

/** Filters `logits` in place and looks up `uniform` (0 ≤ uniform < 1) in what is left. */
function draw(logits: Float64Array, settings: SamplingSettings, uniform: number, scratch: Float64Array): number {
  applyTemperature(logits, settings.temperature);
  keepTopK(logits, settings.topK, scratch);
  return lookUp(logits, uniform * nucleusWeights(logits, settings.topP, scratch));
}

/** Where the cumulative sum of the weights first exceeds `target`. */
function lookUp(weights: ArrayLike<number>, target: number): number {
  let sum = 0;
  let last = 0;
  for (let at = 0; at < weights.length; at++) {
    if (weights[at] === 0) continue;
    sum += weights[at]!;
    if (sum > target) return at;
    last = at;
  }
  return last; // only when rounding left the sum just below the target
}

function sumOf(weights: readonly number[]): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

/** log Σ exp(logit), and the check that every logit is finite. */
function checkedTotal(logits: Float32Array): number {
  for (let id = 0; id < logits.length; id++) if (!Number.isFinite(logits[id])) throw overflow(id, logits[id]!);
  return logTotal(logits);
}

function overflow(id: number, logit: number): SteerboardError {
  return new SteerboardError(
    'overflow',
    `The model's output is not finite (token ${id} has the logit ${logit}): its activations overflowed. Lower the strength, or steer fewer layers.`,
    { token: id, logit: String(logit) },
  );
}
