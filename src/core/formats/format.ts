import type { FittedDirection } from '../directions/direction.js';
import type { Prompt } from '../chat/prompt.js';
import type { HookName } from '../onnx/hooks.js';
import type { SamplingSettings } from '../sampling.js';
import type { Scope } from '../steering/plan.js';
import type { Application } from './application.js';
import type { SteerboardDocument } from './schema.js';

/** A direction with how it is applied, as the page has it. */
export interface TakenDirection {
  readonly name: string;
  /** Name of the negative side; absent when it has none. */
  readonly opposite?: string;
  /** What it is combined of; absent for one that is found by itself. */
  readonly expression?: string;
  readonly direction: FittedDirection;
  readonly plan: Application;
}

/** What is taken along: directions of one model, how each is applied, and what makes the text the same again. */
export interface Board {
  readonly directions: readonly TakenDirection[];
  readonly steerSpecialTokens: boolean;
  readonly prompt?: Prompt;
  readonly sampling?: SamplingSettings;
}

/**
 * How large the vectors of a file are that only holds vectors. `applied`: the raw coefficient as set now, strength × mean
 * residual norm × the layer's factor, baked in; only layers that are steered. `natural`: as found, before they were made
 * unit; every layer.
 */
export type Magnitude = 'applied' | 'natural';

export interface WriteOptions {
  /** Of formats that do not state a strength of their own. */
  readonly magnitude: Magnitude;
  /** Ids of the model's special tokens, for formats that name tokens. */
  readonly specialTokens?: readonly number[];
}

export interface WrittenFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: Uint8Array<ArrayBuffer> | string;
}

/** A direction as another tool's file has it: vectors of any norm, and nothing about the model they are for. */
export interface ForeignDirection {
  /** What the file calls it; null when it has no name. */
  readonly name: string | null;
  readonly hook: HookName;
  /** At least one, in ascending order of layer (0-based block index). Vectors bit for bit as in the file. */
  readonly layers: readonly { readonly layer: number; readonly vector: Float32Array }[];
  /** How many times the vectors are added. */
  readonly coefficient: number;
  /** To which tokens; absent: all. */
  readonly scope?: Scope;
  /** What the file says of its model (an id or an architecture); null when nothing. */
  readonly model: string | null;
}

/** What a file holds. */
export type Content =
  | { readonly kind: 'document'; readonly document: SteerboardDocument }
  | {
      readonly kind: 'foreign';
      readonly directions: readonly ForeignDirection[];
      /** What to know about it, a sentence each. */
      readonly notes: readonly string[];
    };

/** A kind of file that directions can be kept in; the index of `core/formats` lists them. */
export interface Format {
  /** The file's name in this folder. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** One sentence for people: what reads it. */
  readonly description: string;
  /** With the dot. */
  readonly extension: string;
  readonly mediaType: string;
  /** Whether {@link WriteOptions.magnitude} matters. */
  readonly magnitudes: boolean;
  /** What a file of this format would leave out or get wrong, a sentence each; shown before the export. */
  limits(board: Board, options: WriteOptions): readonly string[];
  /**
   * One file, or one a direction where the format holds one.
   *
   * @throws SteerboardError `input-empty` when nothing is left to write.
   */
  write(board: Board, options: WriteOptions): readonly WrittenFile[];
}

/** A format of JSON text. */
export interface JsonFormat extends Format {
  /** Whether parsed JSON looks like this format, by its fields. */
  recognises(root: unknown): boolean;
  /** @throws SteerboardError `document-invalid`, naming the field. */
  read(root: unknown): Content;
}

/** A format of bytes. */
export interface BinaryFormat extends Format {
  /** Whether a file begins as this format does. */
  recognises(bytes: Uint8Array): boolean;
  /** @throws SteerboardError `document-invalid`, naming what is wrong and where. */
  read(bytes: Uint8Array): Content;
}
