/** What a text's tokens are along a direction, from the numbers that were read of them. */
import { alignment } from '../measures/alignment.js';

/**
 * `alignment`: cosine of the residual with the direction. `projection`: their dot product. `score`: the projection on a scale
 * where the mean of the direction's one side is +1 and that of the other −1.
 */
export const scanQuantities = ['alignment', 'projection', 'score'] as const;
export type ScanQuantity = (typeof scanQuantities)[number];

/** Of a text of T tokens. */
export interface ScanNumbers {
  /** ‖h‖, [T, L]. */
  readonly norms: Float32Array;
  /** [probes, T, L]; NaN where a probe has no vector. */
  readonly projections: Float32Array;
}

/** Projections of both sides' mean residuals on the direction at a layer. */
export interface SideMeans {
  readonly positive: number;
  readonly negative: number;
}

/**
 * The values of every token, [T][L].
 *
 * @param means by layer, null where the direction's texts are not known; only for scores, which are NaN without
 */
export function scanValues(
  { norms, projections }: ScanNumbers,
  layers: number,
  probe: number,
  quantity: ScanQuantity,
  means: readonly (SideMeans | null)[],
): readonly (readonly number[])[] {
  const tokens = norms.length / layers;
  const own = projections.subarray(probe * norms.length, (probe + 1) * norms.length);
  return Array.from({ length: tokens }, (_, token) =>
    Array.from({ length: layers }, (_, layer) => {
      const projection = own[token * layers + layer] ?? NaN;
      if (quantity === 'projection') return projection;
      if (quantity === 'alignment') return alignment(projection, norms[token * layers + layer]!);
      return scoreOf(projection, means[layer] ?? null);
    }),
  );
}

/** +1 at the mean of the positive side, −1 at that of the negative one, 0 between; NaN where the means are not known or are one. */
export function scoreOf(projection: number, means: SideMeans | null): number {
  if (!means || means.positive === means.negative) return NaN;
  const middle = (means.positive + means.negative) / 2;
  return (projection - middle) / ((means.positive - means.negative) / 2);
}

/** Mean over the tokens that are not special and were read; NaN where there is none. */
export function meanOfText(values: readonly number[], special: readonly boolean[]): number {
  const read = values.filter((value, token) => !special[token] && Number.isFinite(value));
  return read.reduce((sum, value) => sum + value, 0) / read.length;
}

/** Positions of the k highest and the k lowest values, the outermost first; special tokens are left out, and none is in both. */
export function extremes(
  values: readonly number[],
  special: readonly boolean[],
  k: number,
): { readonly highest: readonly number[]; readonly lowest: readonly number[] } {
  const order = values
    .map((_, token) => token)
    .filter((token) => !special[token] && Number.isFinite(values[token]))
    .sort((a, b) => values[b]! - values[a]! || a - b);
  const count = Math.min(k, Math.ceil(order.length / 2));
  return { highest: order.slice(0, count), lowest: order.slice(count).slice(-k).reverse() };
}

/**
 * Value that a full tint stands for, either side of zero: what all but the largest 2 % of the tokens that are not special stay
 * within, since single tokens may lie far outside.
 */
export function reachOf(values: readonly number[], special: readonly boolean[]): number {
  const sizes = values
    .filter((value, token) => !special[token] && Number.isFinite(value))
    .map(Math.abs)
    .sort((a, b) => a - b);
  return sizes[Math.floor(sizes.length * 0.98)] || 1;
}
