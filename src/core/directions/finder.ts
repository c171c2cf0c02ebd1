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
