import { countOf } from '../../../../core/autopilot/index.js';
import { effects } from '../../../../core/outcomes/index.js';
import { plainNumber, signedNumber } from '../../../look/numbers.js';
import type { Found, Sought } from '../../../stores/find.js';

/** An effect with its 95 % interval: "+0.84 [0.61, 1.07]". */
export function withInterval(effect: number, interval: readonly [number, number] | null): string {
  const reach = interval ? ` [${plainNumber(interval[0])}, ${plainNumber(interval[1])}]` : '';
  return `${signedNumber(effect)}${reach}`;
}

/** The effect's unit, and what one of it is. */
export function unitOf({ choice }: Sought): { readonly unit: string; readonly unitMeans: string } {
  const { unit = '', unitMeans = '' } = effects.find(({ name }) => name === choice.effect) ?? {};
  return { unit, unitMeans };
}

/**
 * A gain once more, as people picture it: "6 % of the way from sad to happy texts". Empty where the effect has no two sides to
 * go between, or there is no gain.
 */
export function pictured(gain: number, { choice, name, opposite }: Sought): string {
  if (!(gain > 0)) return '';
  if (choice.effect === 'score') {
    // From the one side's mean to the other's it is two.
    const share = `${plainNumber(50 * gain, gain < 0.02 ? 1 : 0)} % of the way`;
    return opposite.trim() === ''
      ? `${share} from its negative to its positive texts`
      : `${share} from ${opposite} to ${name} texts`;
  }
  if (choice.effect === 'log-odds') return `odds ${plainNumber(Math.exp(gain), 1)} times as high`;
  return '';
}

/** What was measured, and by whom: the same for every line of the report. */
export function effectWords({ choice, judging, apart, fixed }: Sought): string {
  const effect = effects.find(({ name }) => name === choice.effect);
  const what = `${effect?.label ?? choice.effect}, less that of the unsteered text of the same prompt and seed.`;
  if (choice.effect === 'log-odds') return `${what} The words: ${choice.words.join(', ')}.`;
  const reader = `The unsteered model reads the finished text at layer ${choice.layer}, so what was added to it does not count.`;
  if (fixed)
    return `${what} ${reader} The direction judges itself, as it has no texts: take the words for a second opinion.`;
  if (!judging) return `${what} ${reader}`;
  return apart
    ? `${what} ${reader} The scale is a direction from ${countOf(judging)} that no tried direction was found from.`
    : `${what} ${reader} There were too few texts to keep some apart for judging: write six or more a side.`;
}

/** How the texts were sampled: "temperature 0.7, top-p 0.95". What does nothing is left out. */
export function samplingWords({ sampling: { temperature, topK, topP, repetitionPenalty } }: Sought): string {
  return [
    temperature === 0 ? 'the likeliest token each time' : `temperature ${temperature}`,
    ...(topK > 0 ? [`top-k ${topK}`] : []),
    ...(topP < 1 ? [`top-p ${topP}`] : []),
    ...(repetitionPenalty === 1 ? [] : [`repetition penalty ${repetitionPenalty}`]),
  ].join(', ');
}

/** What to try when nothing works. */
export function nextSteps({ sought, report }: Found): readonly string[] {
  const others = report?.lines.filter(({ kind }) => kind === 'instruction' || kind === 'examples') ?? [];
  const inWords = others.find(({ point }) => point.interval !== null && point.interval[0] > 0);
  return [
    ...(inWords
      ? [
          inWords.kind === 'instruction'
            ? 'Put the wish into the prompt as an instruction: that does work.'
            : 'Put examples in front of the prompt: that does work.',
        ]
      : []),
    ...(sought.budget < 3 ? ['Allow a higher cost.'] : []),
    sought.finding && !sought.fixed && sought.choice.effect === 'score'
      ? 'Write more texts, which differ in what you want only and end in the word that carries it.'
      : 'Write a dozen texts on each side instead.',
  ];
}
