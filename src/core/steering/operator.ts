import type { OperatorName } from './plan.js';

/**
 * What an operator asks of a layer, along the unit vector v̂. Several are combined in compile.ts: first all `hold`s are
 * met together, then the `shift`s are added.
 */
export type Effect =
  /** Adds `amount`·v̂. */
  | { readonly kind: 'shift'; readonly amount: number }
  /** Makes the projection v̂·x' equal `projection`. */
  | { readonly kind: 'hold'; readonly projection: number };

/** A way to apply a direction: one file in this folder each, listed in the index. */
export interface Operator {
  /** The file's name. */
  readonly name: OperatorName;
  /** For people. */
  readonly label: string;
  /** One sentence for people, with the formula. */
  readonly description: string;
  readonly usesStrength: boolean;
  /** What it does with a strength that is written out, as in "adds 1.5 residual norms". */
  readonly phrase: (strength: string) => string;
  /**
   * @param strength signed, in mean residual norms
   * @param residualNorm the mean residual norm at the layer
   */
  effect(strength: number, residualNorm: number): Effect;
}
