import type { MeasuredText } from './measured-text.js';

/** Names of the effects in the index of `core/outcomes`. */
export const effectNames = ['score', 'alignment', 'words', 'log-odds'] as const;
export type EffectName = (typeof effectNames)[number];

/** What counts as "more of it", as the user chose. */
export interface EffectChoice {
  readonly effect: EffectName;
  /** 0-based block at which the text is read, for `score` and `alignment`. */
  readonly layer: number;
  /** For `words`: the list. For `log-odds`: what is steered towards, whose first tokens are taken. */
  readonly words: readonly string[];
  /** For `log-odds`: what is steered away from; empty: everything else. */
  readonly away: readonly string[];
}

export interface EffectInput {
  readonly text: MeasuredText;
  readonly choice: EffectChoice;
  /** Index of the direction among the text's probes. */
  readonly probe: number;
  /** Number of probes, and of layers: the strides of the text's projections. */
  readonly probes: number;
  readonly layers: number;
  /** Projections of the two sides' mean residuals on the direction at the choice's layer; null: it has no sides. */
  readonly means: { readonly positive: number; readonly negative: number } | null;
}

/** A figure that says how much a text has of what was wanted. What a plan does is its difference from the baseline's. */
export interface Effect {
  readonly name: EffectName;
  /** For people. */
  readonly label: string;
  readonly unit: string;
  /** What one of the unit is, exactly, for those who see the unit for the first time. */
  readonly unitMeans: string;
  /** One or two sentences: what it says, its formula, its range. */
  readonly description: string;
  /** NaN where it cannot be said, such as of no generated token. */
  readonly of: (input: EffectInput) => number;
}
