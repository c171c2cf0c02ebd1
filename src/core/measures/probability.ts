import type { Numbers } from '../tensors/vector.js';
import type { Measure } from './measure.js';

export const probabilityMeasure: Measure = {
  name: 'probability',
  label: 'Probability',
  unit: 'share',
  description: "The model's probability of a token: the softmax of its logits at temperature 1.",
};

/** log softmax(logits), natural log, [vocabulary], in double. Logits of −Infinity give −Infinity. */
export function logSoftmax(logits: Numbers): Float64Array {
  let largest = -Infinity;
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, logits[i]!);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - largest);
  const logTotal = largest + Math.log(sum);
  const result = new Float64Array(logits.length);
  for (let i = 0; i < logits.length; i++) result[i] = logits[i]! - logTotal;
  return result;
}

/** softmax(logits), [vocabulary], in double. */
export function softmax(logits: Numbers): Float64Array {
  return logSoftmax(logits).map(Math.exp);
}
