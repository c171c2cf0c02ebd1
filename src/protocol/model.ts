/** Models: where their files are, what they take, what there is to know of a loaded one. */
import type { ErrorData } from '../core/errors.js';
import type { ModelShape, ModelStamp } from '../core/model.js';
import type { HookReport } from '../core/onnx/hooks.js';
import type { TaskId } from './task.js';

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
