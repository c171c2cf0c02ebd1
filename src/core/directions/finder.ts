import type { ContrastKind } from './direction.js';

export type FinderOptions = Readonly<Record<string, string | number | boolean>>;

/** What a way to find a direction is given at one layer. */
export interface FinderInput {
  /** Residuals h₊ of the positive side, n₊ vectors [d]. */
  readonly positive: readonly Float32Array[];
  /** Residuals h₋ of the negative side, n₋ vectors [d]. For `pairs`, negative[i] belongs to positive[i]. */
  readonly negative: readonly Float32Array[];
  readonly options: FinderOptions;
  /** 0-based block index. */
  readonly layer: number;
}

/** An option that a finder declares; the editor draws itself from these. */
export type FinderOption = {
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** A few words for people: unit, what the ends mean. */
  readonly hint?: string;
} & (
  | {
      readonly kind: 'number';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly step: number;
    }
  | {
      readonly kind: 'choice';
      readonly default: string;
      readonly choices: readonly { readonly value: string; readonly label: string }[];
    }
  | { readonly kind: 'switch'; readonly default: boolean }
  /** One token of the model's vocabulary, as text; leading spaces count. */
  | { readonly kind: 'token'; readonly default: string }
);

/**
 * What a finder needs. `texts`: contrast texts, read by the model. `weights`: the model's weights alone. `dictionary`: an
 * imported sparse autoencoder. `nothing`: only its options. `drawing`: it is made by hand and cannot be fitted again by itself.
 */
export type FinderNeeds = 'texts' | 'weights' | 'dictionary' | 'nothing' | 'drawing';

/** A way to find a direction: one file in this folder each, listed in the index. */
export interface Finder {
  /** The file's name, in kebab case; written into documents as the method. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** A sentence or two for people: the formula, what it is good for, and its source. */
  readonly description: string;
  /** Which contrast texts it can work with. */
  readonly takes: readonly ContrastKind[];
  /** Every option with its value when none is given. */
  readonly defaults: FinderOptions;
  /**
   * The direction [d], pointing from negative to positive, in double and not normalised: its norm is the natural
   * magnitude, comparable between finders (about ‖mean h₊ − mean h₋‖). All zeros when the sides do not differ.
   * Both sides have at least one vector.
   */
  find(input: FinderInput): Float64Array;
}
