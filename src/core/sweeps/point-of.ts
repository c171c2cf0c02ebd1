import type { SteeringFigures } from '../measures/index.js';
import { costOf, effects, type Cost, type EffectInput, type MeasuredText } from '../outcomes/index.js';
import { meanInterval } from './interval.js';
import type { SweepPoint } from './point.js';
import type { Setting } from './setting.js';

/** What is known of one text. */
export interface TextFigures extends Cost {
  /** In the effect's unit; NaN where it cannot be said, such as of a text without words. */
  readonly effect: number;
}

/** A point with how sure it is, and with what {@link judge} takes. */
export interface MeasuredPoint extends SweepPoint {
  /** 95 % interval of the effect over the prompts' means, since texts of one prompt have much in common; null for fewer than two prompts. */
  readonly interval: readonly [number, number] | null;
  /** Texts of which no effect can be said; they are in `cost` but not in `effect`. */
  readonly unread: number;
  /** Means over the setting's texts. */
  readonly figures: Required<SteeringFigures>;
}

/** Reads the figures of a text once, so that points need no texts. */
export function figuresOf(
  text: MeasuredText,
  reading: Omit<EffectInput, 'text'>,
  steeredLayers: readonly number[],
): TextFigures {
  const effect = effects.find(({ name }) => name === reading.choice.effect);
  return { ...costOf(text, steeredLayers), effect: effect?.of({ ...reading, text }) ?? NaN };
}

/**
 * The point of a setting: each text's effect less that of the baseline text of the same prompt and seed, so that what the
 * prompts have of it by themselves falls out.
 *
 * @param pairs of every text that is done, with its baseline, and on which prompt
 */
export function pointOf(
  { key, kind, direction, layers, strength }: Setting,
  pairs: readonly { readonly text: TextFigures; readonly baseline: TextFigures; readonly on: number }[],
): MeasuredPoint {
  const known = pairs
    .map(({ text, baseline, on }) => ({ gain: text.effect - baseline.effect, on }))
    .filter(({ gain }) => Number.isFinite(gain));
  const byPrompt = new Map<number, number[]>();
  for (const { gain, on } of known) byPrompt.set(on, [...(byPrompt.get(on) ?? []), gain]);
  const mean = (figure: (pair: (typeof pairs)[number]) => number): number => meanOf(pairs.map(figure));
  const cost = mean(({ text }) => text.meanKl);
  return {
    key,
    kind,
    direction,
    layers,
    strength,
    effect: meanOf(known.map(({ gain }) => gain)),
    cost,
    texts: pairs.length,
    interval: meanInterval([...byPrompt.values()].map(meanOf)),
    unread: pairs.length - known.length,
    figures: {
      meanKl: cost,
      perplexityRatio: mean(({ text, baseline }) => text.perplexity / baseline.perplexity),
      distinct2: mean(({ text }) => text.distinct2),
      baselineDistinct2: mean(({ baseline }) => baseline.distinct2),
      normRatio: mean(({ text }) => text.normRatio),
    },
  };
}

/** Of the values that are numbers; NaN when there are none. */
function meanOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : NaN;
}
