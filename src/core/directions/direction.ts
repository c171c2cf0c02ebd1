import type { ModelStamp } from '../model.js';
import type { HookName } from '../onnx/hooks.js';
import type { Transport } from '../steering/plan.js';

/**
 * How the texts are to be understood. `pairs`: positive[i] belongs to negative[i]; `prompts`: one text on each side.
 * For chat models: `systems`: system prompts, positive[i] against negative[i], each before every question; `personas`:
 * the same with who the assistant is to be ("an extremely happy person"), put into a system prompt.
 */
export const contrastKinds = ['pairs', 'lists', 'prompts', 'systems', 'personas'] as const;
export type ContrastKind = (typeof contrastKinds)[number];

/** Whether positive[i] belongs to negative[i], so that both sides need as many. */
export function isPaired(kind: ContrastKind): boolean {
  return kind === 'pairs' || kind === 'systems' || kind === 'personas';
}

/** Which token of a text is read. */
export type ReadToken =
  | { readonly kind: 'last' }
  /** Counted from 0; negative from the end, −1 being the last. */
  | { readonly kind: 'token'; readonly index: number }
  /** The mean over all tokens that are not special. */
  | { readonly kind: 'mean' }
  /** The token after the last place where the text has this marker; the last token where that is the end. */
  | { readonly kind: 'after'; readonly marker: string };

export interface ContrastTexts {
  readonly kind: ContrastKind;
  readonly positive: readonly string[];
  readonly negative: readonly string[];
  /** What the user asks, for `systems` and `personas`. */
  readonly questions?: readonly string[];
  /** Absent: the last token. */
  readonly read?: ReadToken;
}

/** How well a layer's direction separates the two sides on texts that it was not fitted on. */
export interface Separation {
  /** Area under the ROC curve of held-out projections, 0…1; 0.5 is chance. NaN when there is nothing to hold out. */
  readonly auc: number;
  /** Share of held-out texts on the right side of the midpoint between the training means, 0…1. */
  readonly accuracy: number;
  /** Cohen's d of held-out projections: difference of means over the pooled standard deviation. */
  readonly effectSize: number;
}

/** A direction at one layer. */
export interface LayerDirection {
  /** 0-based block index; the vector is read and written at the direction's hook. */
  readonly layer: number;
  /** Unit vector, [d]. */
  readonly vector: Float32Array;
  /** Natural magnitude: the norm of the vector before it was normalised. */
  readonly scale: number;
  /** Mean ‖h‖ of this layer's output over the tokens of the contrast texts, special tokens left out. Strength is in this unit. */
  readonly residualNorm: number;
  readonly separation: Separation | null;
  /** Projections of both sides' mean residuals on the vector, where texts made it; `affine` refers to the negative one. */
  readonly means?: { readonly positive: number; readonly negative: number };
  /** Linear transport from the negative to the positive side, where the method makes one. */
  readonly transport?: Transport;
  /** One vector a position, for Activation Addition: added to the prompt's first tokens, one each. Unit vectors with their norms. */
  readonly positions?: readonly { readonly vector: Float32Array; readonly scale: number }[];
}

/** Where a direction came from. */
export interface DirectionSource {
  /** Name of a finder in the index of `core/directions`. */
  readonly method: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly texts: ContrastTexts | null;
}

/** A direction as found: one unit vector a layer, in layer order. */
export interface FittedDirection {
  readonly model: ModelStamp;
  readonly hook: HookName;
  readonly source: DirectionSource;
  /** What there is to know of the fit, a sentence each: texts that stand twice, texts left out. Absent: nothing. */
  readonly notes?: readonly string[];
  readonly layers: readonly LayerDirection[];
}
