import type { ReadPoint } from '../../core/onnx/hooks.js';
import { addScaled } from '../../core/tensors/vector.js';
import { BoundedStore } from '../generation/bounded-store.js';
import { sameIds } from '../generation/texts.js';
import type { ReadResidual } from './contrast.js';
import type { EncodedText } from './encode.js';

/** What is kept of a text that was read without steering. */
export interface CapturedText {
  readonly ids: readonly number[];
  /** Where it was read. */
  readonly hook: ReadPoint;
  /** The tokens whose mean `residuals` is; null: it has those of every token. */
  readonly positions: readonly number[] | null;
  /** What stood at the hook of every block, [L, d], or of every token [T, L, d]; of heads [layers with heads, H · size]. */
  readonly residuals: Float32Array;
  /** Sum of ‖h‖ there of every block over the text's tokens that are not special, [L]; of heads: none. */
  readonly normSums: Float64Array;
  /** How many tokens that is. */
  readonly counted: number;
}

/** @param bytes of residuals that are kept between fits */
export function createCaptureStore(bytes = 64 * 2 ** 20): BoundedStore<CapturedText> {
  return new BoundedStore<CapturedText>({ items: 4096, bytes }, (it) => it.residuals.byteLength);
}

/** Whether a kept text answers what is asked now: the same tokens at the same hook, and the tokens that are read now. */
export function answers(kept: CapturedText, text: EncodedText, hook: ReadPoint): boolean {
  if (kept.hook !== hook || !sameIds(kept.ids, text.ids)) return false;
  return kept.positions === null || (text.read !== 'every' && sameIds(kept.positions, text.read));
}

/** What stood at every block at the tokens that are read, their mean where they are several: [L, d]. */
export function residualAt({ ids, positions, residuals }: CapturedText, read: readonly number[]): Float32Array {
  return positions === null ? meanOfTokens(residuals, residuals.length / ids.length, read) : residuals;
}

/** What stood at every block at each token: T of [L, d]. Of texts whose every token was asked for. */
export function residualsOfTokens({ ids, residuals }: CapturedText): readonly ReadResidual[] {
  const size = residuals.length / ids.length;
  return ids.map((_, token) => ({ residual: residuals.subarray(token * size, (token + 1) * size) }));
}

/** Mean over tokens of rows of `size` values, summed in double. One token is copied as it is. */
export function meanOfTokens(rows: Float32Array, size: number, tokens: readonly number[]): Float32Array {
  const row = (token: number) => rows.subarray(token * size, (token + 1) * size);
  if (tokens.length === 1) return row(tokens[0]!).slice();
  const mean = new Float64Array(size);
  for (const token of tokens) addScaled(mean, row(token), 1 / tokens.length);
  return Float32Array.from(mean);
}
