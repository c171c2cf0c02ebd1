/**
 * A text that the model read twice after it was written, with a plan and without it, both given the text's own tokens.
 * Arrays go over its G generated tokens.
 */
export interface TextReadTwice {
  readonly ids: readonly number[];
  /** KL(steered ‖ unsteered) of the prediction of each token, in nats at temperature 1, [G]. */
  readonly kl: Float32Array;
  /** −ln p of each token under the unsteered model, nats, [G]. */
  readonly baselineNll: Float32Array;
  /**
   * ‖x_s − x_b‖ / ‖x_b‖ of the residual after each block at each token, [G, L], row-major. At a layer where something is added
   * it includes what is added there.
   */
  readonly drift: Float32Array;
  /** Cosine of the residual with the direction at the layer that was asked for, [G]; NaN where it has no vector. */
  readonly alignment: { readonly steered: Float32Array; readonly unsteered: Float32Array };
}

/** Texts of one prompt and one seed. */
export interface CompoundingRun {
  /** Index among the prompts that were asked for. */
  readonly prompt: number;
  readonly seed: number;
  /** Written without the plan, read with the plan and without. */
  readonly baseline: TextReadTwice;
  /** Written under the plan, read with the plan and without. */
  readonly steered: TextReadTwice;
  /** Written and read under the plan at the first generated tokens alone; null where the plan does nothing there. */
  readonly impulse: TextReadTwice | null;
  /** Mean KL over the same tokens, read after so many tokens of the text before them. */
  readonly lengths: readonly { readonly length: number; readonly kl: number }[];
}
