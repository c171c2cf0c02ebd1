/**
 * Bytes of weights up to which a model counts as small: a second thread is of no use to it, several sessions of it fit into memory
 * beside each other, and it writes hundreds of texts within seconds.
 */
export const smallWeights = 64e6;

/** What is known of a loaded model. */
export interface ModelShape {
  /** Number of blocks, L. */
  readonly layers: number;
  /** Width of the residual stream, d. */
  readonly width: number;
  readonly vocabulary: number;
  /** Most tokens that fit, prompt and generation together. */
  readonly context: number;
}

/** Says which model a direction belongs to; written into every document. */
export interface ModelStamp {
  readonly id: string;
  readonly revision: string | null;
  /** The dtype of the weights' file, such as `fp32` or `q8`. */
  readonly dtype: string;
  readonly family: string;
  readonly layers: number;
  readonly width: number;
}
