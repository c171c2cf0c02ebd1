/** What an experiment gave when it was last complete: both texts, token by token, their figures, and where they were made. */
import type { Verdict } from '../measures/index.js';
import type { ModelStamp } from '../model.js';

/** Where a model is to be had. Of a folder only its name is known elsewhere. */
export type ModelPlace =
  | { readonly kind: 'bundled'; readonly id: string }
  | { readonly kind: 'hub'; readonly id: string; readonly revision: string; readonly host: string }
  | { readonly kind: 'folder'; readonly name: string };

/** All that a text depends on beside the settings. */
export interface Circumstances {
  readonly place: ModelPlace;
  readonly model: ModelStamp;
  readonly device: 'wasm' | 'webgpu';
}

/** A text as it was written: the prompt's tokens, then the generated ones. */
export interface KeptText {
  readonly ids: readonly number[];
  /** What each token adds to the text; as many as ids. */
  readonly pieces: readonly string[];
  readonly promptLength: number;
  /** Why it ended. */
  readonly reason: string;
}

/** Null where it was not known. */
export interface KeptFigures {
  /** Mean KL(steered ‖ baseline) of a token of the steered text, nats. */
  readonly meanKl: number | null;
  /** Of both texts under the unsteered model. */
  readonly perplexity: number | null;
  readonly baselinePerplexity: number | null;
  /** Different pairs of neighbouring tokens over all pairs, 0…1, of both texts. */
  readonly distinct2: number | null;
  readonly baselineDistinct2: number | null;
  /** The largest mean norm ratio of the steered layers. */
  readonly normRatio: number | null;
  readonly verdict: Verdict | null;
  /** Why, worst first. */
  readonly reasons: readonly string[];
}

export interface Outcome {
  readonly made: Circumstances;
  readonly baseline: KeptText;
  readonly steered: KeptText;
  readonly figures: KeptFigures;
}

/** What was generated, as it is read. */
export function generatedText({ pieces, promptLength }: KeptText): string {
  return pieces.slice(promptLength).join('');
}
