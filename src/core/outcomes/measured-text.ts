/**
 * What was measured of one text that was written under a plan. Arrays go over its G generated tokens, special ones and the
 * end of the text included.
 */
export interface MeasuredText {
  readonly ids: readonly number[];
  /** What each token adds to the text. */
  readonly pieces: readonly string[];
  readonly special: readonly boolean[];
  /**
   * KL(steered ‖ unsteered) of the prediction that each token was drawn from, in nats at temperature 1, [G]. The unsteered model reads
   * the same tokens after the reference prompt.
   */
  readonly kl: Float32Array;
  /** −ln p of each token under the unsteered model, and under the model that wrote it, [G]. */
  readonly baselineNll: Float32Array;
  readonly steeredNll: Float32Array;
  /** Mean over the generated tokens of ‖x steered‖ / ‖x unsteered‖ on the same tokens, [L]. */
  readonly normRatio: Float32Array;
  /**
   * The *unsteered* model reading the finished text: residual norms [G, L] and projections [G, probes, L] (NaN where a
   * probe has no vector), row-major. So they say what the text says, not what was added to it.
   */
  readonly norms: Float32Array;
  readonly projections: Float32Array;
  /** ln(Σ p(toward) / Σ p(away)) of each prediction, [G]; away is every other token when none are named. Null: no targets were asked for. */
  readonly logOdds: { readonly steered: Float32Array; readonly unsteered: Float32Array } | null;
}
