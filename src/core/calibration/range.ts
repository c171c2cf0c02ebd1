import type { CostPoint } from './point.js';
import { upperCosts } from './upper.js';

/** Strengths at which nine of ten texts stay within a budget, in the operator's unit. */
export interface SafeRange {
  readonly from: number;
  readonly to: number;
  /** Whether the budget is left there; else it holds as far as was tried. */
  readonly ends: { readonly from: boolean; readonly to: boolean };
}

/**
 * The stretch of strengths around the origin where {@link upperCosts} stays within the budget: outwards to either side, to
 * the first crossing. Between points the root of the cost is taken as linear, because for small changes KL grows with their
 * square; so a cost that is quadratic in the strength gives the exact answer. Where the origin itself costs too much (an
 * operator that does something at its origin), it is the stretch around the strength that costs least.
 *
 * @param points in any order, one at the origin
 * @param budget nats a token
 * @returns null where no strength that was tried stays within the budget
 */
export function rangeOf(points: readonly CostPoint[], budget: number, origin: number): SafeRange | null {
  const costs = upperCosts(points);
  const roots = points
    .map(({ strength }, at) => ({ strength, root: Math.sqrt(costs[at]!) }))
    .sort((a, b) => a.strength - b.strength);
  const limit = Math.sqrt(budget);
  const within = roots.filter(({ root }) => root <= limit); // NaN is not
  const cheapest = within.reduce<(typeof roots)[number] | null>(
    (best, it) => (best === null || it.root < best.root ? it : best),
    null,
  );
  const start = within.find(({ strength }) => strength === origin) ?? cheapest;
  if (!start) return null;
  const at = roots.indexOf(start);
  const up = crossing(roots.slice(at), limit);
  const down = crossing(roots.slice(0, at + 1).reverse(), limit);
  return { from: down.strength, to: up.strength, ends: { from: down.crossed, to: up.crossed } };
}

/** From the first of these on, which is within the limit. */
function crossing(
  roots: readonly { readonly strength: number; readonly root: number }[],
  limit: number,
): { readonly strength: number; readonly crossed: boolean } {
  let last = roots[0]!;
  for (const next of roots.slice(1)) {
    if (!(next.root <= limit)) {
      const share = (limit - last.root) / (next.root - last.root);
      // Towards what is not finite there is no way to go: the last one that is known to hold.
      return { strength: last.strength + (share || 0) * (next.strength - last.strength), crossed: true };
    }
    last = next;
  }
  return { strength: last.strength, crossed: false };
}
