/**
 * The only list of what the page may ask of the worker, and of what the worker tells the page. Everything here is plain
 * data that a structured clone keeps. Errors arrive as `SteerboardError`.
 */
import type { ContrastTexts, FittedDirection } from '../core/directions/direction.js';
import type { ErrorData } from '../core/errors.js';
import type { ModelShape, ModelStamp } from '../core/model.js';
import type { HookReport } from '../core/onnx/hooks.js';
import type { SamplingSettings } from '../core/sampling.js';
import type { Plan } from '../core/steering/plan.js';

export type Device = 'wasm' | 'webgpu';
export type DeviceChoice = 'auto' | Device;

/** Where a model's files are. */
export type ModelSource =
  | { readonly kind: 'bundled'; readonly id: string }
  /** Files of a folder in the transformers.js layout; paths are relative to the folder, such as `onnx/model.onnx`. */
  | { readonly kind: 'folder'; readonly name: string; readonly files: readonly FolderFile[] };
export interface FolderFile {
  readonly path: string;
  readonly file: File;
}

/** What this browser offers. */
export interface Environment {
  readonly crossOriginIsolated: boolean;
  /** Threads the WASM backend may use. */
  readonly threads: number;
  /** Null when WebGPU is there; else why it is not. */
  readonly webgpuMissing: string | null;
  readonly adapter: string | null;
}

export interface LoadRequest {
  readonly task: TaskId;
  readonly source: ModelSource;
  readonly device: DeviceChoice;
  /** Why this device, when the user did not choose it: "the graphics device went away". */
  readonly because?: string;
  /** Address of the folder that holds `models/`, for bundled models. {@link connect} fills it in. */
  readonly baseUrl?: string;
}

export interface LoadedModel {
  readonly stamp: ModelStamp;
  readonly shape: ModelShape;
  readonly device: Device;
  /** Threads that compute on the CPU; one for small models, which more threads make slower. */
  readonly threads: number;
  /** One sentence: which device was taken and why, with the measured times when `auto` timed both. */
  readonly deviceReason: string;
  /** Milliseconds per decoded token by device, as far as they were measured at load. */
  readonly msPerToken: Readonly<Partial<Record<Device, number>>>;
  readonly hooks: HookReport;
  readonly report: LoadReport;
}
export interface LoadReport {
  readonly bytes: number;
  readonly graphBytes: number;
  readonly milliseconds: { readonly files: number; readonly surgery: number; readonly session: number };
}

export type TaskId = string;

/** What a long task says while it runs. */
export interface Progress {
  /** What is being done, for people: "Reading model.onnx". */
  readonly label: string;
  readonly done: number;
  /** 0 when unknown. */
  readonly total: number;
}

export interface TokenizedText {
  readonly ids: readonly number[];
  /** What each token adds to the text; pieces join to the text. Special tokens show as their name, such as `<s>`. */
  readonly pieces: readonly string[];
  readonly special: readonly boolean[];
}

export interface FitRequest {
  readonly task: TaskId;
  readonly texts: ContrastTexts;
  /** Name of a finder in the index of `core/directions`. */
  readonly method: string;
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
  readonly prompt: string;
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
  /** Lengths of the runs that the ids are fed in, one after the other on the same cache. Absent: one run for the prompt and one for the rest. */
  readonly chunks?: readonly number[];
}
export interface ForwardResult {
  /** [T, vocabulary], row-major. */
  readonly logits: Float32Array;
  /** Every block's output after its hook, [T, L, d], row-major; empty for the unedited graph. */
  readonly residuals: Float32Array;
}

/** Told outside any call. */
export type WorkerNotice = { readonly type: 'device-lost'; readonly error: ErrorData };

/** `onProgress` and `onEvent` are callbacks that cross as message ports. */
export interface WorkerApi {
  environment(): Promise<Environment>;
  listen(onNotice: (notice: WorkerNotice) => void): Promise<void>;
  /**
   * Replaces the loaded model only when the new one is ready; on failure the old one stays. A load that another one
   * overtakes ends with `cancelled`.
   */
  loadModel(request: LoadRequest, onProgress: (progress: Progress) => void): Promise<LoadedModel>;
  tokenize(text: string): Promise<TokenizedText>;
  /** Residuals are kept by text, so fitting the same texts again costs no model run. */
  fitDirection(request: FitRequest, onProgress: (progress: Progress) => void): Promise<FittedDirection>;
  generate(request: GenerateRequest, onEvent: (events: readonly GenerateEvent[]) => void): Promise<GenerateResult>;
  readText(request: ReadTextRequest): Promise<readonly Readout[]>;
  compareText(request: CompareRequest): Promise<Comparison>;
  /** Ends a task at its next step; the task's call rejects with `cancelled`. Unknown ids are ignored. */
  cancel(task: TaskId): Promise<void>;
  /** For checks: raw numbers of one forward pass. */
  forward(request: ForwardRequest): Promise<ForwardResult>;
  /** For checks: destroys the GPU device that the model runs on, as a driver's reset would. Does nothing on WASM. */
  loseDevice(): Promise<void>;
}
