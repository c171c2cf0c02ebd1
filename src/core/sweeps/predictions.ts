/**
 * What two predictions of the same token say of each other, from raw logits [vocabulary] in natural units. Called for every
 * token of hundreds of texts, so nothing is allocated; sums are in double.
 */

const steps = 1024;
const step = Math.LN2 / steps;
const fractions = Float64Array.from({ length: steps }, (_, index) => 2 ** (index / steps));
const powers = Float64Array.from({ length: 1024 }, (_, index) => 2 ** -index);

/**
 * exp(x) for x ≤ 0, to a relative error of 10⁻¹¹; some times faster than `Math.exp`, which a sweep would call two hundred million
 * times. exp(x) = 2^⌊k/1024⌋ · 2^((k mod 1024)/1024) · exp(r), with k the nearest multiple of ln 2 / 1024 and r what is left.
 */
function expOf(x: number): number {
  if (!(x > -700)) return x < 0 ? 0 : NaN;
  const k = (x / step - 0.5) | 0;
  const rest = x - k * step;
  return fractions[k & (steps - 1)]! * powers[-(k >> 10)]! * (1 + rest + 0.5 * rest * rest);
}

/** ln Σ exp(logit). */
export function logTotal(logits: Float32Array): number {
  let largest = -Infinity;
  for (let id = 0; id < logits.length; id++) if (logits[id]! > largest) largest = logits[id]!;
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += expOf(logits[id]! - largest);
  return largest + Math.log(sum);
}

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
  let largest = -Infinity;
  for (let id = 0; id < p.length; id++) if (p[id]! > largest) largest = p[id]!;
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
