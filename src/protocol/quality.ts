/** How good a direction is: what its texts say of it, and how the model answers to it. */
import type { Draws, LayerAssessment } from '../core/quality/assess.js';
import type { ContrastTexts } from '../core/directions/direction.js';
import type { FinderOptions } from '../core/directions/finder.js';
import type { HookName } from '../core/onnx/hooks.js';
import type { Promotion } from '../core/measures/promotion.js';
import type { Progress, TaskId } from './task.js';

export interface AssessmentRequest {
  readonly task: TaskId;
  readonly texts: ContrastTexts;
  readonly hook: HookName;
  /** How it was found: a text finder of the index; null for a direction that is not found from these texts, which is read as it is. */
  readonly method: string | null;
  readonly options?: FinderOptions;
  /** Its unit vectors [d]; only these layers are assessed. */
  readonly vectors: readonly { readonly layer: number; readonly vector: Float32Array }[];
  readonly draws: Draws;
}

/** Layers come as they are done, in the order of the request. */
export type AssessmentEvent =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'layer'; readonly assessment: LayerAssessment };

/** A vector to add at one layer, everywhere but at special tokens. */
export interface AddedVector {
  /** Unit vector, [d]. */
  readonly vector: Float32Array;
  /** Strength 1 adds this much of it: the mean residual norm. */
  readonly residualNorm: number;
}

export interface EffectRequest {
  readonly task: TaskId;
  /** What is read, with and without the vector; longer texts are cut off. */
  readonly texts: readonly (readonly number[])[];
  readonly hook: HookName;
  readonly layer: number;
  readonly direction: AddedVector;
  /** A second direction, to see whether both add up; null for none. */
  readonly other: AddedVector | null;
  /** Of additivity, ascending, in mean residual norms: at each s, 2s is compared with twice s. */
  readonly strengths: readonly number[];
  /** At which tokens are compared. */
  readonly promotedAt: number;
  /** How many raised and lowered tokens are wanted. */
  readonly promoted: number;
}

/** How far a change is from what additivity says: ‖Δ whole − Σ Δ parts‖ / ‖Δ whole‖. */
export interface AdditivityReport {
  readonly strength: number;
  /** Of every layer's output, [L]; NaN where nothing changed, such as before the steered layer. */
  readonly layers: Float32Array;
  /** Of the next token's logits, each position's from their mean, since a common shift changes no probability. */
  readonly logits: number;
}

export interface PromotedToken extends Promotion {
  /** What the token adds to a text. */
  readonly piece: string;
}

export interface EffectReport {
  /** One for each strength: Δ(2s v) against 2 Δ(s v). */
  readonly doubled: readonly AdditivityReport[];
  /** One for each strength: Δ(s u + s v) against Δ(s u) + Δ(s v); empty without a second direction. */
  readonly summed: readonly AdditivityReport[];
  readonly raised: readonly PromotedToken[];
  readonly lowered: readonly PromotedToken[];
  /** Positions over which is averaged. */
  readonly positions: number;
}
