/**
 * A plan is the set of interventions that is applied. It names what to do; {@link compilePlan} (schedule.ts) turns it
 * into the numbers the hooks take at each token.
 */

import type { HookName } from '../onnx/hooks.js';

/** Names of the operators in the index of `core/steering`. */
export const operatorNames = [
  'add',
  'add-keep-norm',
  'ablate',
  'clamp',
  'cap',
  'affine',
  'scale',
  'swap',
  'spherical',
  'angular',
  'transport',
] as const;
export type OperatorName = (typeof operatorNames)[number];

/** Some of the tokens of a part of the text, counted from 0 within that part. */
export type TokenRange =
  | { readonly kind: 'first'; readonly count: number }
  /** Of the prompt alone: where the generation ends is not known while it is written. */
  | { readonly kind: 'last'; readonly count: number }
  /** From `from` to before `to`. */
  | { readonly kind: 'window'; readonly from: number; readonly to: number };

/** A handle of a curve over the generated tokens: the strength is multiplied by `factor` at token `at` (0 is the first). */
export interface CurveHandle {
  readonly at: number;
  readonly factor: number;
}

/**
 * Which tokens' residuals are changed. The prompt's tokens are counted from the prompt's first, whoever's words they are.
 * Generated tokens are counted from the first of the assistant's turn that they are in: an earlier reply in a conversation is
 * read under the same ranges and the same curve as the one that is written, so it stays what it was when it was written.
 */
export interface Scope {
  /** The prompt's tokens; in a conversation, those of the system's and the user's turns and of the template. */
  readonly prompt: boolean;
  /** Generated tokens (in a conversation also the assistant's earlier words): positions from the prompt's length on. The first generated token is predicted by the prompt's last position, so this scope alone never changes it. */
  readonly generated: boolean;
  /** Which of the prompt's tokens; absent: all. Special tokens count, whether they are steered or not. */
  readonly promptRange?: TokenRange;
  /** Which of the generated tokens; absent: all. */
  readonly generatedRange?: Exclude<TokenRange, { kind: 'last' }>;
  /**
   * Strength over the generated tokens, by handles in ascending order: straight lines between them, level before the first
   * and after the last. Absent or empty: 1 everywhere. The prompt's tokens are not touched by it.
   */
  readonly curve?: readonly CurveHandle[];
}

/**
 * Applies a term only to prompts of a kind: those whose mean residual h over the prompt's tokens (special ones left out,
 * unsteered, resid_post) has a figure on the wanted side of a threshold. Lee et al. 2409.05907 (CAST).
 */
export interface Condition {
  readonly layer: number;
  /** Unit vector ĉ, [d]. */
  readonly vector: Float32Array;
  /** `projection`: cosine of h with its projection on ĉ, which is |h·ĉ|/‖h‖ (CAST). `alignment`: h·ĉ/‖h‖, with its sign. */
  readonly figure: 'projection' | 'alignment';
  readonly side: 'above' | 'below';
  readonly threshold: number;
}

/** One direction at one layer, with the unit its strength is measured in. */
export interface PlanSite {
  readonly layer: number;
  /** Where in the block; absent: `resid_post`. */
  readonly hook?: HookName;
  /** Unit vector, [d]. */
  readonly vector: Float32Array;
  /** Mean residual norm at this layer; raw coefficient = strength × residualNorm. */
  readonly residualNorm: number;
  /**
   * Strength over layers: the strength is multiplied by it here (k of `scale` becomes 1 + (k − 1)·factor); of `ablate` and
   * `swap` it is the share that is done. 0: nothing is done here; absent: 1.
   */
  readonly factor?: number;
  /** Unit vector [d] of the other direction, for operators that take two. */
  readonly second?: Float32Array;
  /** Projection of the reference mean μ on the vector, for `affine`; absent: 0. */
  readonly centre?: number;
  /** Linear map of each component, h ↦ ω ∘ h + β, both [d], for `transport`. */
  readonly transport?: Transport;
}

export interface Transport {
  /** ω, [d] */
  readonly scale: Float32Array;
  /** β, [d] */
  readonly shift: Float32Array;
}

export type OperatorOptions = Readonly<Record<string, string | number | boolean>>;

export interface PlanTerm {
  readonly operator: OperatorName;
  /** In the operator's unit (operator.ts): of `add` and most others, signed, in mean residual norms; not used by `ablate` and `swap`. */
  readonly strength: number;
  readonly scope: Scope;
  readonly sites: readonly PlanSite[];
  /** What the operator declares beside the strength; absent: its defaults. */
  readonly options?: OperatorOptions;
  /** Absent: whatever the prompt is. */
  readonly condition?: Condition;
}

export interface Plan {
  readonly terms: readonly PlanTerm[];
  /** Whether BOS and other special tokens are steered too. */
  readonly steerSpecialTokens: boolean;
}

export const emptyPlan: Plan = { terms: [], steerSpecialTokens: false };
