/** What steering did to a text: how much there is of what was wanted, and what it cost. To add an effect: its file and its lines here. */
import { alignmentEffect } from './alignment.js';
import type { Effect } from './effect.js';
import { logOddsEffect } from './log-odds.js';
import { scoreEffect } from './score.js';
import { wordsEffect } from './words.js';

export const effects: readonly Effect[] = [scoreEffect, alignmentEffect, wordsEffect, logOddsEffect];

export { effectNames, type Effect, type EffectChoice, type EffectInput, type EffectName } from './effect.js';
export { costOf, type Cost } from './figures.js';
export type { MeasuredText } from './measured-text.js';
export { wordsOf } from './words.js';
