/** What is read from a model's weights and from imported dictionaries, without a run. */
import type { HookName } from '../core/onnx/hooks.js';
import type { TaskId } from './task.js';

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
