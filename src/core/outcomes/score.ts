import { scoreOf } from '../scan/figures.js';
import type { Effect, EffectInput } from './effect.js';
import { meanOver } from './mean-over.js';

/**
 * Where the text lies between the direction's two sides: mean over the generated tokens, special ones left out, of
 * 2 (h·v̂ − m₋) / (m₊ − m₋) − 1, with m the projections of the sides' means. The unsteered model reads the text.
 */
export const scoreEffect: Effect = {
  name: 'score',
  label: 'Score along the direction',
  unit: 'points',
  unitMeans:
    'A point is half the way from the mean of the direction’s negative texts to the mean of its positive ones, measured along the direction: (m₊ − m₋) / 2. From the one side to the other it is 2 points.',
  description:
    'Where the finished text lies along the direction when the unsteered model reads it: −1 is the mean of the negative texts, +1 that of the positive ones.',
  of: ({ text, choice, probe, probes, layers, means }: EffectInput) =>
    meanOver(text, (token) =>
      scoreOf(text.projections[(token * probes + probe) * layers + choice.layer] ?? NaN, means),
    ),
};
