/** The logit lens: what every layer would say comes next, with and without a plan, on the same text. */
import type { LensGrid } from '../core/lens/predictions.js';
import type { Plan } from '../core/steering/plan.js';
import type { TaskId } from './task.js';

/** Ask for the lens of a text that the worker still has. */
export interface LensRequest {
  readonly task: TaskId;
  readonly textId: string;
  readonly plan: Plan;
  /** The tokens whose predictions are looked at, from `from` to before `to`; 1 ≤ from < to. What is beyond the text is left out. */
  readonly from: number;
  readonly to: number;
  /** How many of the likeliest tokens a cell. */
  readonly candidates: number;
}

/**
 * Column p of the grid is the prediction *for* the text's token at `from + p`, made from the tokens before it (so of the
 * residual at the token before it). At the last layer it is the model's own prediction.
 */
export interface LensReport extends LensGrid {
  readonly from: number;
  /** What each token that is named in the grid says. */
  readonly pieces: ReadonlyMap<number, string>;
}
