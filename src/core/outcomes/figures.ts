import { distinctN, perplexity, type SteeringFigures } from '../measures/index.js';
import type { MeasuredText } from './measured-text.js';

/** What a text cost, in the figures that {@link judge} takes. */
export interface Cost extends Required<Omit<SteeringFigures, 'perplexityRatio' | 'baselineDistinct2'>> {
  /** Under the unsteered model. */
  readonly perplexity: number;
}

/** @param steeredLayers 0-based; norm ratios are taken of these, of all when there are none */
export function costOf(text: MeasuredText, steeredLayers: readonly number[]): Cost {
  const { kl, ids, special } = text;
  const ratios = [...text.normRatio].filter((_, layer) => steeredLayers.length === 0 || steeredLayers.includes(layer));
  return {
    meanKl: kl.length > 0 ? kl.reduce((sum, value) => sum + value, 0) / kl.length : NaN,
    perplexity: perplexity(text.baselineNll),
    distinct2: distinctN(
      ids.filter((_, token) => !special[token]),
      2,
    ),
    normRatio: ratios.length > 0 ? Math.max(...ratios) : NaN,
  };
}
