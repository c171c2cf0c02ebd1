/**
 * A plan is the set of interventions that is applied. It names what to do; {@link compilePlan} (compile.ts) turns it
 * into the numbers the hooks take.
 */

import type { HookName } from '../onnx/hooks.js';

/** Names of the operators in the index of `core/steering`. */
export const operatorNames = ['add', 'ablate', 'clamp'] as const;
export type OperatorName = (typeof operatorNames)[number];

/** Which tokens' residuals are changed. */
export interface Scope {
  /** The prompt's tokens; in a conversation, those of the system's and the user's turns and of the template. */
  readonly prompt: boolean;
  /** Generated tokens (in a conversation also the assistant's earlier words): positions from the prompt's length on. The first generated token is predicted by the prompt's last position, so this scope alone never changes it. */
  readonly generated: boolean;
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
}

export interface PlanTerm {
  readonly operator: OperatorName;
  /** Signed, in units of the mean residual norm. `add`: what is added; `clamp`: what the projection is set to; `ablate`: not used. */
  readonly strength: number;
  readonly scope: Scope;
  readonly sites: readonly PlanSite[];
}

export interface Plan {
  readonly terms: readonly PlanTerm[];
  /** Whether BOS and other special tokens are steered too. */
  readonly steerSpecialTokens: boolean;
}

export const emptyPlan: Plan = { terms: [], steerSpecialTokens: false };
