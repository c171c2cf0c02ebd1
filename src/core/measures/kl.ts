import type { Numbers } from '../tensors/vector.js';
import type { Measure } from './measure.js';
import { logSoftmax } from './probability.js';

export const klMeasure: Measure = {
  name: 'kl',
  label: 'KL divergence',
  unit: 'nats',
  description:
    'How far steering moved the prediction of a token: Σ p·ln(p/q) with p steered and q baseline, on the same text before it. 0 is unchanged.',
};

/** KL(p ‖ q) = Σ p ln(p/q) in nats from two logit vectors [vocabulary]; ≥ 0, and Infinity where q excludes what p allows. */
export function klFromLogits(p: Numbers, q: Numbers): number {
  return klFromLogProbabilities(logSoftmax(p), logSoftmax(q));
}

/** The same from natural-log probabilities. */
export function klFromLogProbabilities(p: Numbers, q: Numbers): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) if (p[i]! > -Infinity) sum += Math.exp(p[i]!) * (p[i]! - q[i]!);
  return Math.max(0, sum);
}
