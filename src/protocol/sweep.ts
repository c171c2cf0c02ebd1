/** Many texts at once: written as batches in the background and measured. */
import type { Prompt } from '../core/chat/prompt.js';
import type { ErrorData } from '../core/errors.js';
import type { MeasuredText } from '../core/outcomes/measured-text.js';
import type { SamplingSettings } from '../core/sampling.js';
import type { Plan } from '../core/steering/plan.js';
import type { EndReason, Probe } from './generation.js';
import type { TaskId } from './task.js';

/** One text to write and measure. Cells may share vectors: a structured clone keeps one of each. */
export interface SweepCell {
  readonly id: string;
  readonly prompt: Prompt;
  /**
   * What the unsteered model is asked with, where that is not `prompt`: for a wish that is put as an instruction, the prompt
   * without the instruction. Then KL, perplexity and readings are what the *text* costs after the plain prompt.
   */
  readonly reference?: Prompt;
  readonly plan: Plan;
  readonly seed: number;
}

export interface SweepRequest {
  readonly task: TaskId;
  readonly cells: readonly SweepCell[];
  /** Each cell has its own seed. */
  readonly sampling: Omit<SamplingSettings, 'seed'>;
  /** What the unsteered model's reading of the finished texts is projected on. */
  readonly probes: readonly Probe[];
  /** Token ids, for log-odds; null: none are wanted. An empty `away` is every token that is not in `toward`. */
  readonly targets: { readonly toward: readonly number[]; readonly away: readonly number[] } | null;
}

/** A cell that is done. Cells come in any order, as their batches end. */
export interface CellResult extends MeasuredText {
  readonly id: string;
  readonly reason: EndReason;
}

/** A cell that could not be done: its error, the others go on. */
export interface CellFailure {
  readonly id: string;
  readonly error: ErrorData;
}

export type SweepEvent =
  | { readonly type: 'cells'; readonly cells: readonly CellResult[] }
  | { readonly type: 'failed'; readonly cells: readonly CellFailure[] }
  /** Tokens that were written or found to be not needed, of those that may be. */
  | { readonly type: 'progress'; readonly done: number; readonly of: number };

/** What a sweep took. */
export interface SweepResult {
  /** Runs of the graph, and tokens that they read, all rows counted. */
  readonly runs: number;
  readonly tokens: number;
  readonly milliseconds: number;
}
