/** Any text read along directions by the unsteered model: nothing is written, nothing is changed. */
import type { Probe, TokenizedText } from './generation.js';
import type { TaskId } from './task.js';

export interface ScanRequest {
  readonly task: TaskId;
  readonly texts: readonly ScanSource[];
  readonly probes: readonly Probe[];
}

/** A text as it is typed, or one of the page's own, token by token. */
export type ScanSource = { readonly text: string } | { readonly textId: string };

/** A text as the model read it, T tokens of what it says. */
export interface ScannedText {
  readonly text: TokenizedText;
  /** ‖h‖ of every block's output, [T, L]. */
  readonly norms: Float32Array;
  /** Dot products with the probes' vectors, [probes, T, L]; NaN where a probe has none. */
  readonly projections: Float32Array;
  /** Tokens at its end that were left out, since the model's context holds no more. */
  readonly cut: number;
  /** Characters behind those that were not even made into tokens. */
  readonly beyond: number;
}
