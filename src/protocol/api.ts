/**
 * The only list of what the page may ask of the worker, and of what the worker tells the page. Everything here is plain
 * data that a structured clone keeps. Errors arrive as `SteerboardError`.
 */
import type { Prompt } from '../core/chat/prompt.js';
import type { CovariancePart } from '../core/covariance/covariance.js';
import type { ContrastTexts, FittedDirection, Separation } from '../core/directions/direction.js';
import type { FinderOptions } from '../core/directions/finder.js';
import type { ErrorData } from '../core/errors.js';
import type { ModelShape, ModelStamp } from '../core/model.js';
import type { HookName, HookReport, ReadPoint } from '../core/onnx/hooks.js';
import type { Plane } from '../core/planes/plane.js';
import type { SamplingSettings } from '../core/sampling.js';
import type { ConditionOutcome } from '../core/steering/condition.js';
import type { Plan } from '../core/steering/plan.js';

export type Device = 'wasm' | 'webgpu';
export type DeviceChoice = 'auto' | Device;

/** Where a model's files are. */
export type ModelSource =
  | { readonly kind: 'bundled'; readonly id: string }
  /** A model of a hub. `revision` is a branch, tag or commit; {@link ModelOffer} names the commit it stands for. */
  | { readonly kind: 'hub'; readonly id: string; readonly revision: string; readonly host: string }
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
  /** dtype of the weights' file, such as `q4f16`; absent or null: what suits the device. */
  readonly dtype?: string | null;
  /** Access token for gated models; sent to the hub's host only, never stored by the worker. */
  readonly token?: string;
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
  /** Whether the tokenizer brings a chat template. */
  readonly chat: boolean;
  /** What was checked when it was loaded, in order. */
  readonly checks: readonly LoadCheck[];
}

/** One check of the model that was loaded. Differences are relative: max |a − b| / max |b| over the logits of a short prompt. */
export interface LoadCheck {
  /**
   * `zero-plan`: hooked against the unedited graph. `devices`: WebGPU against WASM. `attention`, only on WebGPU and where one
   * fused operator computes it: a prompt read at once against the same in pieces.
   */
  readonly name: 'zero-plan' | 'devices' | 'attention';
  /** `skipped` says in `message` why it was not made; `avoided`, how what is wrong is kept out of everything. */
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'avoided';
  readonly difference: number | null;
  readonly tolerance: number;
  /** For people: what was compared, with which figures, and what to do when it failed. */
  readonly message: string;
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
  /** While files are downloaded: each of them. Then `done` and `total` are bytes of all together. */
  readonly files?: readonly FileProgress[];
}
export interface FileProgress {
  readonly path: string;
  readonly done: number;
  readonly total: number;
  /** Bytes that were here already when this download began. */
  readonly kept: number;
}

/** What a model is and what loading it would take, found without downloading weights. */
export interface ModelOffer {
  /** With the commit in place of a branch. */
  readonly source: Exclude<ModelSource, { kind: 'folder' }> | { readonly kind: 'folder'; readonly name: string };
  readonly id: string;
  readonly commit: string | null;
  readonly family: string;
  readonly layers: number | null;
  readonly width: number | null;
  readonly context: number | null;
  readonly licence: string | null;
  readonly chat: boolean;
  /** Why this model cannot be steered here (an encoder, a vision model, no ONNX files); null when it can. */
  readonly refusal: ErrorData | null;
  /** One for each dtype that there are files of, best for `auto` first. */
  readonly variants: readonly ModelVariant[];
  /** What `auto` takes; null when no variant can run here. */
  readonly choice: { readonly device: Device; readonly dtype: string; readonly reason: string } | null;
  /** Bytes that this browser lets the page store; null when it does not say. */
  readonly storageFree: number | null;
  /** Memory of the device as far as the browser tells, bytes; null when it does not. */
  readonly memory: number | null;
  /** What else there is to know, a sentence each: that the hub could not be asked, or that nothing can be stored here. */
  readonly notes?: readonly string[];
}
export interface ModelVariant {
  readonly dtype: string;
  /** Everything that has to be there, config and tokenizer included. */
  readonly files: readonly OfferedFile[];
  /** Sum of the files. */
  readonly bytes: number;
  /** Bytes of them that are stored here already. */
  readonly bytesHere: number;
  readonly devices: Readonly<Record<Device, DeviceVerdict>>;
}
export interface OfferedFile {
  readonly path: string;
  readonly bytes: number;
  readonly bytesHere: number;
}
export interface DeviceVerdict {
  readonly usable: boolean;
  /** Why not, or what to know ("slow: 4-bit weights have no fast CPU kernel"); null when there is nothing to say. */
  readonly reason: string | null;
  /** Memory that it needs at its peak, estimated, bytes. */
  readonly memory: number;
}

export interface InspectRequest {
  readonly task: TaskId;
  readonly source: ModelSource;
  readonly token?: string;
  /** As in {@link LoadRequest}. */
  readonly baseUrl?: string;
}

/** A model whose files are stored in this browser, whole or in part. */
export interface StoredModel {
  readonly host: string;
  readonly id: string;
  readonly commit: string;
  /** Milliseconds since 1970 when it was last opened or downloaded. */
  readonly used: number;
  readonly bytes: number;
  /** dtypes that are whole; one that was broken off is in `partial`. */
  readonly dtypes: readonly string[];
  readonly partial: readonly string[];
}

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

export interface FitRequest {
  readonly task: TaskId;
  /** Null for methods that need none. */
  readonly texts: ContrastTexts | null;
  /** Name of a finder in the index of `core/directions`. */
  readonly method: string;
  /** Options of the finder; those that are absent have its defaults. */
  readonly options?: FinderOptions;
  /** Where residuals are read and the direction is to be written; absent: `resid_post`. */
  readonly hook?: HookName;
}

/** A contrast text as the model reads it. For system prompts and personas there is one for each question. */
export interface TextPreview {
  /** As in {@link TokenizedText}. */
  readonly pieces: readonly string[];
  readonly special: readonly boolean[];
  /** Positions of the tokens that are read, ascending; where there are several, their mean is taken. */
  readonly read: readonly number[];
  /** Why this text cannot be read, for people; then `read` is empty. */
  readonly problem: string | null;
}

/** Both sides as the model reads them, in the order of the texts. */
export interface ContrastPreview {
  readonly positive: readonly TextPreview[];
  readonly negative: readonly TextPreview[];
}

/** How residuals of contrast texts vary together at one layer, along a few axes. */
export interface CovarianceRequest {
  readonly task: TaskId;
  readonly texts: ContrastTexts;
  readonly hook: HookName;
  readonly layer: number;
  readonly part: CovariancePart;
  /** `coordinates`: the residual's own that vary most; `components`: principal ones; `directions`: unit vectors [d]. */
  readonly axes:
    | { readonly kind: 'coordinates' | 'components'; readonly count: number }
    | { readonly kind: 'directions'; readonly vectors: readonly Float32Array[] };
  /** Whether residuals (and directions) are whitened first by the pooled within-class covariance. */
  readonly whitened: boolean;
}
export interface CovarianceReport {
  /** [k, k] along the axes, row-major; squared units of the residual, of whitened ones none. */
  readonly covariance: Float32Array;
  /** [k, k]; NaN where an axis does not vary. */
  readonly correlation: Float32Array;
  /** Which of the residual's coordinates the axes are; null for other axes. */
  readonly coordinates: readonly number[] | null;
  /** The largest eigenvalues, as shares of their sum. */
  readonly spectrum: Float32Array;
  /** Sum of all eigenvalues: mean squared distance from the mean. */
  readonly variance: number;
  /** Texts on the positive and the negative side. */
  readonly texts: readonly [number, number];
}

export interface SpreadRequest {
  readonly task: TaskId;
  readonly texts: ContrastTexts;
  readonly hook: HookName;
}
/** One value a layer, in layer order. */
export interface SpreadReport {
  /** Participation ratio of the whole covariance: how many directions the spread takes up. */
  readonly participation: readonly number[];
  /** Share of the variance that lies within the classes, 0…1; the rest lies between them. */
  readonly withinShare: readonly number[];
  /** Held-out separation along the mean difference, and along the mean difference through the inverse covariance. */
  readonly plain: readonly (Separation | null)[];
  readonly whitened: readonly (Separation | null)[];
}

/** What spans a plane, with the unit vectors [d] that the page has; `AxesKind` in `core/planes` says what they mean. */
export type PlaneAxes =
  | { readonly kind: 'components' }
  | { readonly kind: 'rest'; readonly direction: Float32Array }
  | { readonly kind: 'directions'; readonly first: Float32Array; readonly second: Float32Array };

export interface PlaneRequest {
  readonly task: TaskId;
  /** Whose residuals are shown in it; null where there are none, which two directions alone can do without. */
  readonly texts: ContrastTexts | null;
  readonly hook: HookName;
  readonly layer: number;
  readonly axes: PlaneAxes;
}

/** A plane with the contrast texts in it. Only this crosses: of n residuals of width d, two numbers each. */
export interface ContrastPlane extends Plane {
  /** x and y of each text, [n₊, 2] and [n₋, 2]; for system prompts and personas one for each question. */
  readonly positive: Float32Array;
  readonly negative: Float32Array;
  /** Share of the residuals' variance along each axis, 0…1; null without texts. */
  readonly shares: readonly [number, number] | null;
  /** Mean ‖h‖ at the layer over the texts' tokens, special ones left out; null without texts. */
  readonly residualNorm: number | null;
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

/** Ask which of the model's weights lie along a direction. No model run; the matrices are read from the model's files. */
export interface NearestWeightsRequest {
  readonly task: TaskId;
  /** [d], of any length but zero. */
  readonly vector: Float32Array;
  /** Where the direction stands: the neurons that read it are those of the next MLP, those that write it of the last one before. */
  readonly layer: number;
  readonly hook: HookName;
  /** How many at each end of a list. */
  readonly count: number;
  /** Whether what reads the residual through a norm is taken times the norm's gain. */
  readonly throughGain: boolean;
  /** Name of an imported dictionary; absent or null: none. */
  readonly dictionary?: string | null;
}
/** Why there is no list, a sentence. */
export interface Missing {
  readonly missing: string;
}
export interface NeuronLists {
  /** Whose neurons they are. */
  readonly block: number;
  /** How many the block has. */
  readonly neurons: number;
  /** Whether there is a norm's gain between them and the residual. */
  readonly hasGain: boolean;
  /** Most along the direction, and most against it. */
  readonly top: readonly NeuronAlignment[];
  readonly bottom: readonly NeuronAlignment[];
}
export interface NeuronAlignment {
  /** `in`, or `gate` and `up` of gated MLPs: rows that read; `out`: what is written. */
  readonly part: 'in' | 'gate' | 'up' | 'out';
  readonly neuron: number;
  readonly cosine: number;
}
export interface TokenLists {
  readonly hasGain: boolean;
  readonly top: readonly TokenAlignment[];
  readonly bottom: readonly TokenAlignment[];
}
export interface TokenAlignment {
  readonly id: number;
  readonly piece: string;
  /** A text that is this token alone; null when there is none, as for parts of characters. */
  readonly text: string | null;
  /** By how much one unit along the direction raises the token's logit, the final norm's division left out. Lists are in its order. */
  readonly logit: number;
  readonly cosine: number;
}
export interface FeatureLists {
  readonly dictionary: string;
  readonly top: readonly FeatureAlignment[];
  readonly bottom: readonly FeatureAlignment[];
}
export interface FeatureAlignment {
  readonly feature: number;
  readonly cosine: number;
}
export interface NearestWeights {
  readonly reads: NeuronLists | Missing;
  readonly writes: NeuronLists | Missing;
  readonly tokens: TokenLists | Missing;
  /** Null when no dictionary was asked for. */
  readonly features: FeatureLists | Missing | null;
}

export interface ImportDictionaryRequest {
  readonly task: TaskId;
  /** A safetensors or .npz file with the decoder of a sparse autoencoder. Only what is needed of it is read. */
  readonly file: File;
  /** What to call it; a number is added where there is one of this name. */
  readonly name: string;
}
/** An imported sparse autoencoder: its decoder. */
export interface DictionaryInfo {
  readonly name: string;
  readonly features: number;
  /** Of the residual stream that it was made for. */
  readonly width: number;
  readonly bytes: number;
  /** Whether it is stored in this browser; else it is gone when another model is opened. */
  readonly lasting: boolean;
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

/** Told outside any call. */
export type WorkerNotice =
  | { readonly type: 'device-lost'; readonly error: ErrorData }
  /** The graph is being opened again with these hooks; none: that is over. */
  | { readonly type: 'compiling'; readonly hooks: readonly ReadPoint[] };

/** `onProgress` and `onEvent` are callbacks that cross as message ports. */
export interface WorkerApi {
  environment(): Promise<Environment>;
  listen(onNotice: (notice: WorkerNotice) => void): Promise<void>;
  /**
   * Replaces the loaded model only when the new one is ready; on failure the old one stays. A load that another one
   * overtakes ends with `cancelled`.
   */
  loadModel(request: LoadRequest, onProgress: (progress: Progress) => void): Promise<LoadedModel>;
  /**
   * Makes the checks of the loaded model that were skipped at load because they take long or need its memory twice, and
   * tells their outcomes. Waits for running calls; later ones wait for it.
   */
  checkModel(): Promise<readonly LoadCheck[]>;
  /**
   * Says what a model is and what loading it takes. Reads small files only; when there is no network, what is stored here.
   * @throws `hub-…` codes for ids that do not exist, need a token, or a hub that does not answer
   */
  inspectModel(request: InspectRequest): Promise<ModelOffer>;
  /** Models that are stored in this browser, the last used first. */
  storedModels(): Promise<readonly StoredModel[]>;
  removeStoredModel(model: Pick<StoredModel, 'host' | 'id' | 'commit'>): Promise<void>;
  /** A plain text, or a conversation as the model's own template renders it, up to where the assistant begins. */
  tokenize(prompt: Prompt): Promise<TokenizedText>;
  /** Says which tokens of contrast texts are read. No model run; what is wrong with a text is said beside it. */
  previewTexts(texts: ContrastTexts): Promise<ContrastPreview>;
  /** Residuals are kept by text, so fitting the same texts again costs no model run. */
  fitDirection(request: FitRequest, onProgress: (progress: Progress) => void): Promise<FittedDirection>;
  /** Residuals that were read for a fit cost no model run here. */
  covariance(request: CovarianceRequest, onProgress: (progress: Progress) => void): Promise<CovarianceReport>;
  spread(request: SpreadRequest, onProgress: (progress: Progress) => void): Promise<SpreadReport>;
  /** Spans a plane at one layer. Residuals are kept by text, as for a fit. */
  planeOf(request: PlaneRequest, onProgress: (progress: Progress) => void): Promise<ContrastPlane>;
  generate(request: GenerateRequest, onEvent: (events: readonly GenerateEvent[]) => void): Promise<GenerateResult>;
  readText(request: ReadTextRequest): Promise<readonly Readout[]>;
  compareText(request: CompareRequest): Promise<Comparison>;
  nearestWeights(request: NearestWeightsRequest, onProgress: (progress: Progress) => void): Promise<NearestWeights>;
  /** @throws `document-invalid`, or `document-other-model` when the decoder is not as wide as the loaded model */
  importDictionary(request: ImportDictionaryRequest, onProgress: (progress: Progress) => void): Promise<DictionaryInfo>;
  /** All that are here, by name. */
  dictionaries(): Promise<readonly DictionaryInfo[]>;
  removeDictionary(name: string): Promise<void>;
  /** Ends a task at its next step; the task's call rejects with `cancelled`. Unknown ids are ignored. */
  cancel(task: TaskId): Promise<void>;
  /** For checks: raw numbers of one forward pass. */
  forward(request: ForwardRequest): Promise<ForwardResult>;
  /** For checks: destroys the GPU device that the model runs on, as a driver's reset would. Does nothing on WASM. */
  loseDevice(): Promise<void>;
}
