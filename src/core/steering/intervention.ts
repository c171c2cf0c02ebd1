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
  /** Absent where the low-rank change is all. */
  readonly beyond?: BeyondLowRank;
}

/**
 * What a hook does beside its affine change of low rank, in this order, each step to what the one before left:
 *
 *     y = x + b + (x U) V + x ∘ D        the affine change, with its diagonal part
 *     y ← y + (clip(y C, low, high) − y C) W
 *     y ← y + gate(y)·(‖y Bᵀ‖·target − y Bᵀ) B
 *     y ← ‖y‖·slerp(ŷ, v̂, t)
 *     y ← y·‖x‖/‖y‖
 *
 * and x' = x + m ∘ (y − x). Null parts do nothing.
 */
export interface BeyondLowRank {
  /** D, [d] */
  readonly diagonal: Float32Array | null;
  readonly caps: Caps | null;
  readonly turn: Turn | null;
  readonly slerp: Slerp | null;
  readonly keepsNorm: boolean;
}

/** Limits of projections, all met at once. */
export interface Caps {
  /** Number of limited projections, K ≥ 1. */
  readonly rank: number;
  /** C as K rows of d, unit vectors. */
  readonly read: Float32Array;
  /** W = C⁺ as K rows of d: a step along row k changes projection k by 1 and the others not at all. */
  readonly write: Float32Array;
  /** [K]; −∞ where there is none. */
  readonly low: Float32Array;
  /** [K]; ∞ where there is none. */
  readonly high: Float32Array;
}

/** A turn in a plane to a given angle. */
export interface Turn {
  /** B, two orthonormal rows b₁, b₂, [2, d]. */
  readonly plane: Float32Array;
  /** cos θ and sin θ. */
  readonly target: readonly [number, number];
  /** gate(y): only where y·b₁ > 0; else everywhere. */
  readonly adaptive: boolean;
}

export interface Slerp {
  /** v̂, [d] */
  readonly towards: Float32Array;
  /** t, 0…1 */
  readonly share: number;
}
