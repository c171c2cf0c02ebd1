import type { SweepPoint } from '../sweeps/point.js';

/** First and last layer, 0-based, both included. */
export type Place = readonly [number, number];

/** What is steered along, and where. How strongly is what remains to be found. */
export interface Arm {
  /** Name of a way to find the direction. */
  readonly method: string;
  readonly layers: Place;
}

/** An arm at a strength, to be tried on some of the prompts. */
export interface Trial {
  readonly arm: Arm;
  /** In mean residual norms. */
  readonly strength: number;
  /** Indices of the prompts. */
  readonly prompts: readonly number[];
}

/** What a trial gave. */
export interface Outcome extends Pick<SweepPoint, 'effect' | 'cost' | 'texts'> {
  /** Whether the texts are language still: neither their perplexity nor their repetition is “broken”. */
  readonly sound: boolean;
  /** How much more of the effect each prompt's texts have than its unsteered ones, in the trial's order; NaN where it cannot be said. */
  readonly gains: readonly number[];
}

/** Says which arm it is, so that two of the same are one. */
export function armKey({ method, layers }: Arm): string {
  return `${method} ${layers[0]}-${layers[1]}`;
}
