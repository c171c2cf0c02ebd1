/**
 * What two predictions of the same token say of each other, from raw logits [vocabulary] in natural units. Called for every
 * token of hundreds of texts, so nothing is allocated; sums are in double.
 */
import { expOf } from '../tensors/log-total.js';
import { largestOf } from '../tensors/selection.js';

/**
 * ln Σ exp(p), and KL(p ‖ q) = Σ p ln(p/q) in nats, ≥ 0, as `klFromLogits`; in one pass of exponentials, which are what takes
 * long. Not finite where a logit of p is not.
 *
 * @param totalQ {@link logTotal} of q
 */
export function compared(
  p: Float32Array,
  q: Float32Array,
  totalQ: number,
): { readonly total: number; readonly kl: number } {
  const largest = largestOf(p);
  let sum = 0;
  let difference = 0;
  for (let id = 0; id < p.length; id++) {
    const logit = p[id]!;
    const weight = expOf(logit - largest);
    sum += weight;
    difference += weight * (logit - q[id]!);
  }
  const total = largest + Math.log(sum);
  return { total, kl: Math.max(0, difference / sum - total + totalQ) };
}

/** ln(Σ p(toward) / Σ p(away)); an empty `away` is every token that is not in `toward`. Ids are unlike each other. */
export function logOddsOf(
  logits: Float32Array,
  total: number,
  { toward, away }: { readonly toward: readonly number[]; readonly away: readonly number[] },
): number {
  const share = (ids: readonly number[]) => {
    let sum = 0;
    for (const id of ids) sum += Math.exp(logits[id]! - total);
    return sum;
  };
  const wanted = share(toward);
  if (away.length > 0) return Math.log(wanted / share(away));
  // What a near certainty leaves is summed itself: 1 − p would have lost its digits.
  if (wanted < 0.5) return Math.log(wanted) - Math.log1p(-wanted);
  const named = new Set(toward);
  let rest = 0;
  for (let id = 0; id < logits.length; id++) if (!named.has(id)) rest += Math.exp(logits[id]! - total);
  return Math.log(wanted / rest);
}
