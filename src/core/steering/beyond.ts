/** What terms ask of a hook beside its affine change of low rank: limits, turns, the norm. */
import { SteerboardError } from '../errors.js';
import { minimumNormSolution, orthonormalBasis } from '../tensors/basis.js';
import { dot } from '../tensors/vector.js';
import { demandsOf, matrixOf, type Demand, type HookDemands } from './demands.js';
import type { BeyondLowRank, Caps, Turn } from './intervention.js';
import { operatorNamed } from './index.js';
import type { OperatorName } from './plan.js';

/** How much of a unit vector has to be left beside others that are limited with it, or that span a plane with it. */
const independence = 1e-2;

/**
 * Null where there is nothing of it.
 *
 * @param diagonal of the affine change, [d]
 * @throws SteerboardError `plan-impossible` for what cannot be met together, `direction-degenerate` for a plane of two
 *   directions that are the same
 */
export function beyondLowRank(all: HookDemands, diagonal: Float64Array | null): BeyondLowRank | null {
  const caps = capsOf(all);
  const turning = theOnly(all, 'turn', 'angular');
  const slerp = theOnly(all, 'slerp', 'spherical');
  const keepsNorm = demandsOf(all, 'shift').some((shift) => shift.keepsNorm);
  if (!diagonal && !caps && !turning && !slerp && !keepsNorm) return null;
  return {
    diagonal: diagonal && Float32Array.from(diagonal),
    caps,
    turn: turning && turnOf(turning, all),
    slerp: slerp && { towards: Float32Array.from(slerp.vector), share: slerp.share },
    keepsNorm,
  };
}

const placeOf = ({ hook, layer }: HookDemands) => `layer ${layer}${hook === 'resid_post' ? '' : ` (${hook})`}`;

function theOnly<Kind extends 'turn' | 'slerp'>(
  all: HookDemands,
  kind: Kind,
  operator: OperatorName,
): Demand<Kind> | null {
  const [first, ...others] = demandsOf(all, kind);
  if (others.length > 0) {
    const message = `${others.length + 1} directions use "${operatorNamed(operator).label}" at ${placeOf(all)}, and a residual can be turned to one place only. Switch all but one off, or give them different layers.`;
    throw new SteerboardError('plan-impossible', message, { layer: all.layer, operator });
  }
  return first ?? null;
}

/**
 * All limits met at once: the shortest change after which every projection is within its limits. A direction that is
 * limited twice has the narrower limits.
 */
function capsOf(all: HookDemands): Caps | null {
  const limits: { readonly vector: Float64Array; low: number; high: number }[] = [];
  for (const { vector, limit, side } of demandsOf(all, 'cap')) {
    let there = limits.find((other) => Math.abs(dot(other.vector, vector)) > 1 - 1e-6);
    if (!there) limits.push((there = { vector, low: -Infinity, high: Infinity }));
    // The same direction, or its opposite, for which above is below.
    const sign = Math.sign(dot(there.vector, vector));
    if ((side === 'above') === sign > 0) there.high = Math.min(there.high, sign * limit);
    else there.low = Math.max(there.low, sign * limit);
  }
  const [first] = limits;
  if (first === undefined) return null;
  const vectors = limits.map(({ vector }) => vector); // C [K, d]
  const basis = orthonormalBasis(vectors, independence);
  if (basis.length < vectors.length || limits.some(({ low, high }) => low > high)) {
    const message = `The limits of "Cap" at ${placeOf(all)} cannot be kept together: the directions depend on each other, or one is to be above and below at once. Switch one off, or give them different layers.`;
    throw new SteerboardError('plan-impossible', message, { layer: all.layer, limits: limits.length });
  }
  const steps = vectors.map((_, k) => {
    const alone = vectors.map((_, other) => (other === k ? 1 : 0));
    return minimumNormSolution(vectors, alone, basis);
  });
  const width = first.vector.length;
  return {
    rank: limits.length,
    read: matrixOf(vectors, width),
    write: matrixOf(steps, width),
    low: Float32Array.from(limits, ({ low }) => low),
    high: Float32Array.from(limits, ({ high }) => high),
  };
}

function turnOf({ vector, second, degrees, adaptive }: Demand<'turn'>, all: HookDemands): Turn {
  const plane = orthonormalBasis([vector, second], independence);
  if (plane.length < 2) {
    const message = `The direction and its second one are the same at ${placeOf(all)}, so they span no plane to turn in. Choose another second direction.`;
    throw new SteerboardError('direction-degenerate', message, { layer: all.layer });
  }
  const angle = (degrees / 180) * Math.PI;
  return { plane: matrixOf(plane, vector.length), target: [Math.cos(angle), Math.sin(angle)], adaptive };
}
