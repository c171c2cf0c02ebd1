import { kthLargest, smallestSetReaching } from '../tensors/selection.js';

/**
 * The filters of Hugging Face transformers' `generate`, in its order: repetition penalty, temperature, top-k, top-p.
 * Logits are [vocabulary]; a filtered token has −Infinity. Each changes its argument in place. `scratch` is room of the same
 * length that they may overwrite: a new megabyte for each token of a 150k vocabulary costs more than the arithmetic.
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
export function keepTopK(
  logits: Float64Array,
  k: number,
  scratch: Float64Array = new Float64Array(logits.length),
): void {
  if (k <= 0 || k >= logits.length) return;
  const threshold = kthLargest(copyOf(logits, scratch), k);
  for (let id = 0; id < logits.length; id++) if (logits[id]! < threshold) logits[id] = -Infinity;
}

/**
 * Turns logits into weights exp(logit − max), not normalised, and keeps the nucleus: the smallest set of the likeliest
 * tokens whose probability reaches p (Holtzman et al. 1904.09751, as in `TopPLogitsWarper`); of equally likely tokens at
 * the edge those with the lowest ids. The others get 0. p = 1 keeps all.
 *
 * @returns the sum of the weights that are left.
 */
export function nucleusWeights(
  logits: Float64Array,
  p: number,
  scratch: Float64Array = new Float64Array(logits.length),
): number {
  let largest = -Infinity;
  for (let id = 0; id < logits.length; id++) if (logits[id]! > largest) largest = logits[id]!;
  let total = 0;
  for (let id = 0; id < logits.length; id++) total += logits[id] = Math.exp(logits[id]! - largest);
  if (p >= 1) return total;
  const { threshold, ties } = smallestSetReaching(
    likelyWeights(logits, ((1 - p) * total) / logits.length, scratch),
    p * total,
  );
  let kept = 0;
  let left = ties;
  for (let id = 0; id < logits.length; id++) {
    const weight = logits[id]!;
    if (weight > threshold || (weight === threshold && left-- > 0)) kept += weight;
    else logits[id] = 0;
  }
  return kept;
}

/**
 * The weights above `negligible`, copied to the front of `scratch`. With negligible = (1 − p)·total/vocabulary all others
 * together are at most what the nucleus leaves out, so they cannot be in it; a peaked prediction leaves few to look at.
 */
function likelyWeights(weights: Float64Array, negligible: number, scratch: Float64Array): Float64Array {
  let count = 0;
  for (let id = 0; id < weights.length; id++) if (weights[id]! >= negligible) scratch[count++] = weights[id]!;
  return scratch.subarray(0, count);
}

function copyOf(logits: Float64Array, scratch: Float64Array): Float64Array {
  scratch.set(logits);
  return scratch;
}
