/** Text: what is written and under which plans, and what is read and compared along it. */
import type { Prompt } from '../core/chat/prompt.js';
import type { SamplingSettings } from '../core/sampling.js';
import type { ConditionOutcome } from '../core/steering/condition.js';
import type { Plan } from '../core/steering/plan.js';
import type { TaskId } from './task.js';

export interface TokenizedText {
  readonly ids: readonly number[];
  /** What each token adds to the text; pieces join to the text. Special tokens show as their name, such as `<s>`. */
  readonly pieces: readonly string[];
  readonly special: readonly boolean[];
  /** Of a conversation: which tokens are the assistant's earlier words, from `start` to before `end`. */
  readonly spoken?: readonly { readonly start: number; readonly end: number }[];
  /** What was done so that the model's template takes the conversation, for people; absent or null when nothing. */
  readonly note?: string | null;
}

/** A direction to read along: one unit vector [d] for every layer, in layer order. Null where there is none. */
export interface Probe {
  readonly id: string;
  readonly vectors: readonly (Float32Array | null)[];
}

/** One text to write. Rows are generated together as one batch. */
export interface RowRequest {
  readonly row: string;
  readonly plan: Plan;
}

export interface GenerateRequest {
  readonly task: TaskId;
  readonly prompt: Prompt;
  readonly sampling: SamplingSettings;
  readonly rows: readonly RowRequest[];
  readonly probes: readonly Probe[];
}

/** Numbers read at one token: norms [L] and, for each probe, projections [L] (NaN where the probe has no vector). */
export interface Readout {
  readonly norms: Float32Array;
  /** [probes, L], row-major. */
  readonly projections: Float32Array;
}

export type GenerateEvent =
  /** The prompt's tokens with their readouts; first event of every row. Events of all rows come interleaved. */
  | {
      readonly type: 'prompt';
      readonly row: string;
      readonly text: TokenizedText;
      readonly readouts: readonly Readout[];
      /** What the plan's conditions found on this prompt: one for each term that has one, in their order. Absent: none was asked. */
      readonly conditions?: readonly ConditionOutcome[];
    }
  /** A token was chosen. `position` counts from the prompt's first token. */
  | {
      readonly type: 'token';
      readonly row: string;
      readonly position: number;
      readonly id: number;
      readonly piece: string;
      readonly special: boolean;
      readonly logProbability: number;
    }
  /** What was read at a token, one step after it was chosen. */
  | { readonly type: 'readout'; readonly row: string; readonly position: number; readonly readout: Readout }
  | { readonly type: 'end'; readonly row: string; readonly textId: string; readonly reason: EndReason };

export type EndReason = 'end-of-text' | 'length' | 'context-full';

export interface GenerateResult {
  readonly rows: readonly {
    readonly row: string;
    readonly textId: string;
    readonly reason: EndReason;
    readonly reused: boolean;
  }[];
  /** Milliseconds from the call to the first chosen token, and per token after it. */
  readonly firstTokenMs: number;
  readonly msPerToken: number;
}

/** Ask for what probes read on a text that the worker still has. No model run. */
export interface ReadTextRequest {
  readonly textId: string;
  readonly probes: readonly Probe[];
}

/** Ask how the model with and without the plan predicts each token of a text, on the text's own prefix. */
export interface CompareRequest {
  readonly task: TaskId;
  readonly textId: string;
  readonly plan: Plan;
  /** How many candidates a position. */
  readonly candidates: number;
}
export interface Candidate {
  readonly id: number;
  readonly piece: string;
  readonly baseline: number;
  readonly steered: number;
}
export interface Comparison {
  /** For each position t ≥ 1: the likeliest tokens there (by either model), given the tokens before t. Entry 0 is empty. */
  readonly candidates: readonly (readonly Candidate[])[];
  /** KL(steered ‖ baseline) in nats of the prediction for position t, [T]; entry 0 is 0. */
  readonly kl: Float32Array;
  /** −log p of the text's own token at t under the unsteered and the steered model, nats, [T]; entry 0 is 0. */
  readonly baselineNll: Float32Array;
  readonly steeredNll: Float32Array;
  /** Mean of ‖x steered‖ / ‖x unsteered‖ on the same prefix over the generated tokens (all tokens when there are none), [L]. */
  readonly normRatio: Float32Array;
  /** Number of prompt tokens; what is said of "the generation" starts there. */
  readonly promptLength: number;
}

/** Run given ids through the model under a plan, for checks and for looking inside. Positions from `promptLength` on count as generated. */
export interface ForwardRequest {
  readonly ids: readonly number[];
  readonly promptLength: number;
  readonly plan: Plan;
  /** `unedited` runs the graph as it is in the file, without hooks; then there are no residuals and the plan must be empty. */
  readonly graph: 'hooked' | 'unedited';
  /** Lengths of the runs that the ids are fed in, one after the other on the same cache. Absent: one run for the prompt and one for the rest. A run is cut where other interventions act from there on. */
  readonly chunks?: readonly number[];
}
export interface ForwardResult {
  /** [T, vocabulary], row-major. */
  readonly logits: Float32Array;
  /** Every block's output after its hook, [T, L, d], row-major; empty for the unedited graph. */
  readonly residuals: Float32Array;
}
