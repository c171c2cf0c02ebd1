import { SteerboardError } from '../errors.js';
import type { ModelShape } from '../model.js';
import type { HookName } from '../onnx/hooks.js';
import { minimumNormSolution, orthonormalBasis } from '../tensors/basis.js';
import { addScaled, dot, isAllFinite, norm } from '../tensors/vector.js';
import { operatorNamed } from './index.js';
import type { CompiledPlan, LayerIntervention } from './intervention.js';
import type { Plan, PlanSite, PlanTerm } from './plan.js';

/** How far from 1 the norm of a plan's vector may be; float32 and a JSON of few digits stay well inside. */
const unitTolerance = 1e-3;

/** What all terms together ask of one hook of one layer in one phase. */
interface HookDemands {
  readonly hook: HookName;
  readonly layer: number;
  readonly shifts: { readonly vector: Float32Array; readonly amount: number }[];
  readonly holds: { readonly vector: Float32Array; readonly projection: number }[];
}

/**
 * Turns a plan into the numbers that the hooks take: at each touched hook, for prompt and generated tokens apart,
 *
 *     x' = x − P x + W⁺ c + Σ α v̂
 *
 * W [m, d] are the directions held there (ablate: c = 0; clamp: c = strength × residual norm), P the projector on their
 * span and W⁺ c the shortest vector with the wanted projections, so all holds are met at once even when their directions
 * are not orthogonal; then what `add` terms ask is added. An addition with a part along a held direction therefore moves
 * the projection away from where it was held, by that part. The same direction held at two values ends between them.
 *
 * As a {@link LayerIntervention}: U = Qᵀ, V = −Q for an orthonormal basis Q [K, d] of W (dependent directions dropped),
 * b = W⁺ c + Σ α v̂. In the order in which the model meets them; one where nothing happens (strength 0 added) is absent.
 *
 * @throws SteerboardError `document-other-model` for a layer or width the model does not have, `direction-degenerate` for
 * a vector that is not of unit norm and finite, `unexpected` for a strength or norm that is not finite.
 */
export function compilePlan(plan: Plan, shape: Pick<ModelShape, 'layers' | 'width'>): CompiledPlan {
  for (const term of plan.terms) for (const site of term.sites) checkSite(term, site, shape);
  return {
    prompt: compileTerms(plan.terms.filter((term) => term.scope.prompt)),
    generated: compileTerms(plan.terms.filter((term) => term.scope.generated)),
    steerSpecialTokens: plan.steerSpecialTokens,
  };
}

export function compileTerms(terms: readonly PlanTerm[]): LayerIntervention[] {
  const demands = new Map<string, HookDemands>();
  for (const term of terms) for (const site of term.sites) collect(demands, term, site);
  const inOrder = [...demands.values()].sort((a, b) => a.layer - b.layer || depth(a.hook) - depth(b.hook));
  return inOrder.map((demand) => compileHook(demand));
}

/** Where a hook comes in its block. */
const order: readonly HookName[] = ['resid_pre', 'attn_out', 'resid_mid', 'mlp_out', 'resid_post'];
const depth = (hook: HookName) => order.indexOf(hook);

function collect(demands: Map<string, HookDemands>, term: PlanTerm, site: PlanSite): void {
  const effect = operatorNamed(term.operator).effect(term.strength, site.residualNorm);
  if (effect.kind === 'shift' && effect.amount === 0) return;
  const { vector } = site;
  const { hook, layer } = sameTensor(site);
  const key = `${hook} ${layer}`;
  const there = demands.get(key) ?? { hook, layer, shifts: [], holds: [] };
  demands.set(key, there);
  if (effect.kind === 'shift') there.shifts.push({ vector, amount: effect.amount });
  else there.holds.push({ vector, projection: effect.projection });
}

/** What a block reads is what the one before it wrote: one tensor, one name. */
function sameTensor({ hook = 'resid_post', layer }: PlanSite): { readonly hook: HookName; readonly layer: number } {
  return hook === 'resid_pre' && layer > 0 ? { hook: 'resid_post', layer: layer - 1 } : { hook, layer };
}

function compileHook({ hook, layer, shifts, holds }: HookDemands): LayerIntervention {
  const width = (shifts[0] ?? holds[0])!.vector.length;
  const held = holds.map((hold) => hold.vector); // W [m, d]
  const basis = orthonormalBasis(held); // Q [K, d]
  const bias = new Float64Array(width);
  // c is given for v̂, while the vector may be a rounding away from unit norm: scale c along.
  const targets = holds.map((hold) => hold.projection * norm(hold.vector));
  if (holds.length > 0) bias.set(minimumNormSolution(held, targets, basis));
  for (const shift of shifts) addScaled(bias, shift.vector, shift.amount / norm(shift.vector));
  const read = new Float32Array(basis.length * width);
  basis.forEach((row, k) => read.set(row, k * width));
  return { hook, layer, bias: Float32Array.from(bias), rank: basis.length, read, write: read.map((value) => -value) };
}

function checkSite(
  { operator, strength }: PlanTerm,
  site: PlanSite,
  shape: Pick<ModelShape, 'layers' | 'width'>,
): void {
  const { layer, vector, residualNorm } = site;
  if (!Number.isInteger(layer) || layer < 0 || layer >= shape.layers) {
    const message = `The plan steers layer ${layer}, but this model has layers 0 to ${shape.layers - 1}. Choose another layer.`;
    throw new SteerboardError('document-other-model', message, { layer, layers: shape.layers });
  }
  if (vector.length !== shape.width) {
    const message = `The direction has ${vector.length} numbers, but this model's residual has ${shape.width}. Fit it again for this model.`;
    throw new SteerboardError('document-other-model', message, { width: vector.length, expected: shape.width });
  }
  if (!isAllFinite(vector) || Math.abs(Math.sqrt(dot(vector, vector)) - 1) > unitTolerance) {
    const message = `The direction at layer ${layer} is not a unit vector. Fit or import it again.`;
    throw new SteerboardError('direction-degenerate', message, { layer, norm: String(norm(vector)) });
  }
  if (!Number.isFinite(strength) || !Number.isFinite(residualNorm) || !Number.isFinite(strength * residualNorm)) {
    const message = `The strength of "${operator}" at layer ${layer} is not a finite number. Set it again.`;
    throw new SteerboardError('unexpected', message, { layer, strength: String(strength) });
  }
}
