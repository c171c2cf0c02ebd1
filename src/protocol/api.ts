/**
 * The only list of what the page may ask of the worker, and of what the worker tells the page. Everything here is plain
 * data that a structured clone keeps. Errors arrive as `SteerboardError`.
 */
import type { Prompt } from '../core/chat/prompt.js';
import type { ContrastTexts, FittedDirection } from '../core/directions/direction.js';
import type { ErrorData } from '../core/errors.js';
import type { ReadPoint } from '../core/onnx/hooks.js';
import type { AssessmentEvent, AssessmentRequest, EffectReport, EffectRequest } from './quality.js';
import type { CalibrateRequest, Calibration } from './calibration.js';
import type {
  ContrastPlane,
  ContrastPreview,
  CovarianceReport,
  CovarianceRequest,
  FitRequest,
  PlaneRequest,
  SpreadReport,
  SpreadRequest,
} from './capture.js';
import type { CompoundingEvent, CompoundingRequest } from './compounding.js';
import type {
  CompareRequest,
  Comparison,
  ForwardRequest,
  ForwardResult,
  GenerateEvent,
  GenerateRequest,
  GenerateResult,
  ReadTextRequest,
  Readout,
  TokenizedText,
} from './generation.js';
import type { LensReport, LensRequest } from './lens.js';
import type {
  Environment,
  InspectRequest,
  LoadCheck,
  LoadRequest,
  LoadedModel,
  ModelOffer,
  StoredModel,
} from './model.js';
import type { ScanRequest, ScannedText } from './scan.js';
import type { SweepEvent, SweepRequest, SweepResult } from './sweep.js';
import type { Progress, TaskId } from './task.js';
import type { DictionaryInfo, ImportDictionaryRequest, NearestWeights, NearestWeightsRequest } from './weights.js';

export type * from './model.js';
export type * from './task.js';
export type * from './quality.js';
export type * from './calibration.js';
export type * from './capture.js';
export type * from './compounding.js';
export type * from './generation.js';
export type * from './lens.js';
export type * from './scan.js';
export type * from './sweep.js';
export type * from './weights.js';

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
  /**
   * What contrast texts say of a direction, layer by layer: held-out separation with intervals and controls, stability, variance,
   * ranks. Residuals are kept by text, as for a fit. Cancelled, the layers that came are good.
   */
  assessDirection(request: AssessmentRequest, onEvent: (events: readonly AssessmentEvent[]) => void): Promise<void>;
  /** How the model answers to a vector that is added: whether in proportion, and with which tokens. Model runs, in turns. */
  assessEffect(request: EffectRequest, onProgress: (progress: Progress) => void): Promise<EffectReport>;
  generate(request: GenerateRequest, onEvent: (events: readonly GenerateEvent[]) => void): Promise<GenerateResult>;
  readText(request: ReadTextRequest): Promise<readonly Readout[]>;
  compareText(request: CompareRequest): Promise<Comparison>;
  /**
   * Writes and measures many texts in the background: other calls go between its steps. Cells come as they are done, so a
   * cancelled sweep keeps what it has; to go on, ask for the cells that are missing.
   */
  sweep(request: SweepRequest, onEvent: (events: readonly SweepEvent[]) => void): Promise<SweepResult>;
  /**
   * What every layer predicts, read through the model's own final norm and head, with and without a plan. The head is opened
   * as a session of its own and kept until {@link WorkerApi.releaseLens}.
   * @throws `out-of-memory` when the head alone is too large to be there twice
   */
  logitLens(request: LensRequest, onProgress: (progress: Progress) => void): Promise<LensReport>;
  /** Lets go of what the lens keeps in memory. */
  releaseLens(): Promise<void>;
  /** Reads texts along directions without steering, in the order of the request. */
  scanText(request: ScanRequest, onProgress: (progress: Progress) => void): Promise<readonly ScannedText[]>;
  /** Writes and reads texts with and without a plan in the background; events as for {@link WorkerApi.sweep}. */
  measureCompounding(
    request: CompoundingRequest,
    onEvent: (events: readonly CompoundingEvent[]) => void,
  ): Promise<void>;
  /** Tries strengths of a plan in the background and measures what their texts cost. */
  calibrate(request: CalibrateRequest, onProgress: (progress: Progress) => void): Promise<Calibration>;
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
