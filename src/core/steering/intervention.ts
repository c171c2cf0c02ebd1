import type { HookName } from '../onnx/hooks.js';

/**
 * What one block's hook does to its output x [B, S, d]:
 *
 *     p  = x U            [B, S, K]
 *     x' = x + m ∘ (b + p V)
 *
 * with U [B, d, K], V [B, K, d], b [B, 1, d] and the token mask m [B, S, 1]. Constants and gains of a term fold into
 * b and V, so these three say every affine low-rank change. add: b = α v̂. ablate: U = Q, V = −Qᵀ for an orthonormal
 * basis Q of the ablated directions. clamp: as ablate, with b holding the wanted part.
 */
export interface LayerIntervention {
  readonly layer: number;
  /** `resid_pre` only of layer 0: at a later layer it is the `resid_post` of the one before. */
  readonly hook: HookName;
  /** [d] */
  readonly bias: Float32Array;
  /** Number of columns of U, K ≥ 0. */
  readonly rank: number;
  /** U as K rows of d (row k is column k of U), [K, d]. */
  readonly read: Float32Array;
  /** V, [K, d]. */
  readonly write: Float32Array;
}

/** A compiled plan: what happens at the prompt's tokens and at generated ones. Layers that are not touched are absent. */
export interface CompiledPlan {
  readonly prompt: readonly LayerIntervention[];
  readonly generated: readonly LayerIntervention[];
  readonly steerSpecialTokens: boolean;
}
