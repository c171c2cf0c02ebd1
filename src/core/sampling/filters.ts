import { kthLargest, smallestSetReaching } from '../tensors/selection.js';

/**
 * The filters of Hugging Face transformers' `generate`, in its order: repetition penalty, temperature, top-k, top-p.
 * Logits are [vocabulary]; a filtered token has −Infinity. Each changes its argument in place.
 */

/**
 * Divides positive and multiplies negative logits of the tokens already in the text, once each however often they
 * occurred (CTRL, Keskar et al. 1909.05858, eq. in §4.1, with the sign rule of `RepetitionPenaltyLogitsProcessor`).
 */
export function penaliseRepetition(logits: Float64Array, seen: Iterable<number>, penalty: number): void {
  if (penalty === 1) return;
  for (const id of seen) {
    const logit = logits[id];
    if (logit !== undefined) logits[id] = logit > 0 ? logit / penalty : logit * penalty;
  }
}

/** Divides by the temperature, > 0. */
export function applyTemperature(logits: Float64Array, temperature: number): void {
  if (temperature === 1) return;
  for (let id = 0; id < logits.length; id++) logits[id] = logits[id]! / temperature;
}

/** Keeps the k largest, and like `TopKLogitsWarper` all that equal the k-th; 0 keeps all. */
export function keepTopK(logits: Float64Array, k: number): void {
  if (k <= 0 || k >= logits.length) return;
  const threshold = kthLargest(logits.slice(), k);
  for (let id = 0; id < logits.length; id++) if (logits[id]! < threshold) logits[id] = -Infinity;
}

/**
 * Turns logits into weights exp(logit − max), not normalised, and keeps the nucleus: the smallest set of the likeliest
 * tokens whose probability reaches p (Holtzman et al. 1904.09751, as in `TopPLogitsWarper`); of equally likely tokens at
 * the edge those with the lowest ids. The others get 0. p = 1 keeps all.
 *
 * @returns the sum of the weights that are left.
 */
export function nucleusWeights(logits: Float64Array, p: number): number {
  let largest = -Infinity;
  for (let id = 0; id < logits.length; id++) if (logits[id]! > largest) largest = logits[id]!;
  let total = 0;
  for (let id = 0; id < logits.length; id++) total += logits[id] = Math.exp(logits[id]! - largest);
  if (p >= 1) return total;
  const { threshold, ties } = smallestSetReaching(logits.slice(), p * total);
  let kept = 0;
  let left = ties;
  for (let id = 0; id < logits.length; id++) {
    const weight = logits[id]!;
    if (weight > threshold || (weight === threshold && left-- > 0)) kept += weight;
    else logits[id] = 0;
  }
  return kept;
}
