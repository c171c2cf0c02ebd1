/** How what steering does grows along texts: texts written with and without a plan, and each read both ways. */
import type { Prompt } from '../core/chat/prompt.js';
import type { CompoundingRun } from '../core/compounding/run.js';
import type { SamplingSettings } from '../core/sampling.js';
import type { Plan } from '../core/steering/plan.js';
import type { TaskId } from './task.js';

export interface CompoundingRequest {
  readonly task: TaskId;
  readonly prompts: readonly Prompt[];
  readonly seeds: readonly number[];
  readonly sampling: Omit<SamplingSettings, 'seed'>;
  readonly plan: Plan;
  /** Generated tokens that the impulse steers. */
  readonly impulse: number;
  /** The direction's unit vector [d] at the layer where alignment is read; null: it is not read. */
  readonly direction: { readonly layer: number; readonly vector: Float32Array } | null;
  /**
   * Lengths of context, in tokens, to read the end of each unsteered text after; longer ones than there are are left out.
   * Nothing is read of conversations, whose template cannot be cut.
   */
  readonly lengths: readonly number[];
  /** Tokens at the end of the unsteered text that are read after each length. */
  readonly readTokens: number;
}

export type CompoundingEvent =
  | { readonly type: 'run'; readonly run: CompoundingRun }
  | { readonly type: 'progress'; readonly done: number; readonly of: number };
