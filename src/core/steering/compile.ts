import { SteerboardError } from '../errors.js';
import type { ModelShape } from '../model.js';
import { sameTensor, type HookName } from '../onnx/hooks.js';
import { minimumNormSolution, orthonormalBasis } from '../tensors/basis.js';
import { isAllFinite, norm } from '../tensors/vector.js';
import { beyondLowRank } from './beyond.js';
import { demandsOf, matrixOf, type Demand, type HookDemands } from './demands.js';
import { effectAt } from './effect.js';
import { AffineFold } from './fold.js';
import type { LayerIntervention } from './intervention.js';
import { checkNeeds } from './needs.js';
import type { PlanSite, PlanTerm } from './plan.js';
import { scaledUnit } from './unit.js';

/** How far from 1 the norm of a plan's vector may be; float32 and a JSON of few digits stay well inside. */
const unitTolerance = 1e-3;

/**
 * What terms that act on the same tokens do together, hook by hook in the order in which the model meets them; one where
 * nothing happens (strength 0 added) is absent. The order of the terms does not matter: at each hook they act stage by
 * stage (stages.ts), and the terms of a stage read the same residual,
 *
 *     y = x + Σ α((ω − 1) ∘ x + β)          transport
 *     y ← y + Σ (y·v̂) w                     scale: w = (k − 1) v̂; swap: w = t̂ − v̂
 *     y ← y − P y + W⁺ c                     ablate: c = 0; clamp, affine: c as they say
 *     y ← y + Σ α v̂                          add
 *
 * and then what is not affine (beyond.ts). W [m, d] are the directions held there, P the projector on their span and W⁺ c
 * the shortest vector with the wanted projections, so all holds are met at once even when their directions are not
 * orthogonal. An addition with a part along a held direction therefore moves the projection away from where it was held, by
 * that part. The same direction held at two values ends between them.
 *
 * All of it is affine and is folded into b, U, V and, where something is transported, a diagonal: holds alone are
 * U = Qᵀ, V = −Q for an orthonormal basis Q [K, d] of W (dependent directions dropped).
 *
 * @throws SteerboardError `plan-impossible` for terms that cannot be met together; their sites are checked before
 */
export function compileTerms(terms: readonly PlanTerm[]): LayerIntervention[] {
  const hooks = new Map<string, HookDemands>();
  for (const term of terms) for (const site of term.sites) collect(hooks, term, site);
  const inOrder = [...hooks.values()].sort((a, b) => a.layer - b.layer || depth(a.hook) - depth(b.hook));
  return inOrder.map((demands) => compileHook(demands));
}

/** Where a hook comes in its block. */
const order: readonly HookName[] = ['resid_pre', 'attn_out', 'resid_mid', 'mlp_out', 'resid_post'];
const depth = (hook: HookName) => order.indexOf(hook);

function collect(hooks: Map<string, HookDemands>, term: PlanTerm, site: PlanSite): void {
  const effect = effectAt(term, site);
  if (effect === null) return;
  const { hook, layer } = sameTensor(site);
  const key = `${hook} ${layer}`;
  const there = hooks.get(key) ?? { hook, layer, demands: [] };
  hooks.set(key, there);
  there.demands.push({ ...effect, vector: scaledUnit(site.vector, 1) });
}

function compileHook(all: HookDemands): LayerIntervention {
  const { hook, layer } = all;
  const width = all.demands[0]!.vector.length;
  const fold = new AffineFold(width);
  for (const { transport, share } of demandsOf(all, 'transport')) {
    fold.stretch(Float64Array.from(transport.scale, (omega) => share * (omega - 1)));
    fold.add(transport.shift, share);
  }
  fold.rewrite(demandsOf(all, 'rewrite').map(({ vector, write }) => ({ read: vector, write })));
  hold(fold, demandsOf(all, 'hold'));
  for (const { vector, amount } of demandsOf(all, 'shift')) fold.add(vector, amount);
  const beyond = beyondLowRank(all, fold.diagonal);
  return {
    hook,
    layer,
    bias: Float32Array.from(fold.bias),
    rank: fold.read.length,
    read: matrixOf(fold.read, width),
    write: matrixOf(fold.write, width),
    ...(beyond && { beyond }),
  };
}

function hold(fold: AffineFold, holds: readonly Demand<'hold'>[]): void {
  if (holds.length === 0) return;
  const held = holds.map((demand) => demand.vector); // W [m, d]
  const basis = orthonormalBasis(held); // Q [K, d]
  fold.rewrite(basis.map((row) => ({ read: row, write: row.map((value) => -value) })));
  const targets = holds.map((demand) => demand.projection);
  fold.add(minimumNormSolution(held, targets, basis));
}

/**
 * @throws SteerboardError `document-other-model` for a layer or width the model does not have, `direction-degenerate` for
 * a vector that is not of unit norm and finite or a second one that is the same, `plan-impossible` for a term that lacks
 * what its operator needs, `unexpected` for a strength or norm that is not finite.
 */
export function checkSite(
  { operator, strength }: Pick<PlanTerm, 'operator' | 'strength'>,
  site: PlanSite,
  shape: Pick<ModelShape, 'layers' | 'width'>,
): void {
  const { layer, vector, residualNorm, factor = 1 } = site;
  if (!Number.isInteger(layer) || layer < 0 || layer >= shape.layers) {
    const message = `The plan steers layer ${layer}, but this model has layers 0 to ${shape.layers - 1}. Choose another layer.`;
    throw new SteerboardError('document-other-model', message, { layer, layers: shape.layers });
  }
  const checkUnit = (it: Float32Array) => checkVector(it, layer, shape.width);
  checkUnit(vector);
  if (![strength, residualNorm, strength * factor * residualNorm].every(Number.isFinite)) {
    const message = `The strength of "${operator}" at layer ${layer} is not a finite number. Set it again.`;
    throw new SteerboardError('unexpected', message, { layer, strength: String(strength) });
  }
  checkNeeds(operator, site, shape.width, checkUnit);
}

function checkVector(vector: Float32Array, layer: number, width: number): void {
  if (vector.length !== width) {
    const message = `The direction has ${vector.length} numbers, but this model's residual has ${width}. Fit it again for this model.`;
    throw new SteerboardError('document-other-model', message, { width: vector.length, expected: width });
  }
  if (!isAllFinite(vector) || Math.abs(norm(vector) - 1) > unitTolerance) {
    const message = `The direction at layer ${layer} is not a unit vector. Fit or import it again.`;
    throw new SteerboardError('direction-degenerate', message, { layer, norm: String(norm(vector)) });
  }
}
