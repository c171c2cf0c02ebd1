import { bestLayer } from '../directions/best-layer.js';
import type { FittedDirection } from '../directions/direction.js';
import { sidesRead } from '../directions/sides-read.js';
import type { EffectChoice } from '../outcomes/index.js';
import { wordsIn } from '../texts/words.js';

/**
 * The effect that is taken when the user chose none. Of a direction with two sides it is the score: read by the unsteered model
 * at the layer that separates held-out texts best among those of the later half that lie behind the steered ones, as far as there
 * are any. Of sides that were found at another hook than texts are read at it is the alignment, read at the layer that is chosen
 * likewise. A direction without sides has no score, so it is the log-odds of its name against that of its opposite.
 *
 * @param last the last layer that is steered, 0-based; null when every layer may be
 */
export function usualChoice(
  direction: FittedDirection,
  last: number | null,
  names: { readonly name: string; readonly opposite: string },
): EffectChoice {
  const sides = direction.layers.filter(({ means }) => means && means.positive !== means.negative);
  const scored = sides.some((it) => sidesRead(direction, it));
  const later = sides.slice(Math.floor(sides.length / 2));
  const behind = later.filter(({ layer }) => layer > (last ?? -1));
  const layer = bestLayer(behind) ?? bestLayer(later) ?? 0;
  const [words, away] = [wordsIn(names.name), wordsIn(names.opposite)];
  return { effect: scored ? 'score' : sides.length > 0 ? 'alignment' : 'log-odds', layer, words, away };
}
