import type { TopLogits } from '../../core/sampling.js';
import type { GpuMemory } from '../runtime/gpu-memory.js';

/** What a decoder needs to know of its GPU. */
export interface GpuDecoding {
  readonly memory: GpuMemory;
  /** How many of the likeliest tokens the graph gives; 0: none. */
  readonly top: number;
  /** The `past…` inputs that may be longer than what is valid. */
  readonly inPlace: ReadonlySet<string>;
}

/** A step's predictions, as far as they are needed to choose tokens. */
export interface LikeliestTokens {
  /** One a row. */
  readonly rows: readonly TopLogits[];
  /** [rows, vocabulary], for a choice that the top does not decide. */
  allLogits(): Promise<Float32Array>;
  /** Frees the logits. */
  free(): void;
}

/** @param data the output `steer.top_logits`, [rows, 2k + 2] */
export function readTop(data: Float32Array, k: number, vocabulary: number): readonly TopLogits[] {
  const perRow = 2 * k + 2;
  return Array.from({ length: data.length / perRow }, (_, index) => {
    const row = data.subarray(index * perRow, (index + 1) * perRow);
    return {
      values: row.subarray(0, k),
      ids: row.subarray(k, 2 * k),
      logTotal: row[2 * k]!,
      logTotalAtTemperature: row[2 * k + 1]!,
      vocabulary,
    };
  });
}
