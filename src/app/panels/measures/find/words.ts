import { isChatKind } from '../../../../core/chat/contrast.js';
import type { ContrastTexts } from '../../../../core/directions/direction.js';
import { countOf, everywhere, randomDirections, type ReportLine } from '../../../../core/autopilot/index.js';
import { effects } from '../../../../core/outcomes/index.js';
import { describeTokens } from '../../../../core/steering/describe.js';
import { plainNumber, signedNumber } from '../../../look/numbers.js';
import { stateRank } from '../sweep/sweepBest.js';
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

/** What the lines of the report are of. */
export function lineNames({ name }: Pick<Sought, 'name'>): Readonly<Record<ReportLine['kind'], string>> {
  return {
    found: 'found',
    asSet: `${name} as it was set`,
    random: `random directions (mean of ${randomDirections})`,
    instruction: 'an instruction in the prompt',
    examples: 'examples in the prompt',
  };
}

/** The state of a line's texts; of none there is nothing to judge. */
export function stateOf({ point, judgement }: ReportLine): string {
  return point.texts === 0 ? 'not written' : judgement.verdict;
}

/** Why lines have no texts, for people; empty where all have some. */
export function unwrittenWords(lines: readonly ReportLine[], sought: Pick<Sought, 'name'>): string {
  const names = lineNames(sought);
  const without = lines.filter(({ point }) => point.texts === 0).map(({ kind }) => names[kind]);
  return without.length === 0
    ? ''
    : `Not written: ${new Intl.ListFormat('en').format(without)}. Mostly the prompt is then longer than the model reads; fewer or shorter texts would fit.`;
}

/** What was found beside what one began with; empty where that was not measured. */
export function besideAsSet({ report, sought, asSet }: Found): string {
  const line = (wanted: ReportLine['kind']) => report?.lines.find(({ kind }) => kind === wanted);
  const [found, before] = [line('found'), line('asSet')];
  if (!report || !found || !before || asSet === null) return '';
  if (![found, before].every(({ point }) => Number.isFinite(point.effect))) return '';
  const { verdict } = before.judgement;
  // Either mean lies in the other's interval: so few texts do not tell them apart.
  const chance = holds(before, found.point.effect) && holds(found, before.point.effect);
  const figures = ({ point: { effect, cost } }: ReportLine) =>
    `${signedNumber(effect)} for ${plainNumber(cost)} nats a token`;
  const set = `“${sought.name}” as it was set (${asSet.replace(/\.$/, '').replace(/^[A-Z]/, (first) => first.toLowerCase())})`;
  if (!(before.point.effect > found.point.effect))
    return !report.gain.works
      ? ''
      : `It does ${chance ? 'about as much as' : 'more than'} ${set}: ${figures(found)} beside ${figures(before)}.`;
  return stateRank[verdict] <= stateRank[sought.worst]
    ? `${set} does more than what was found, and its texts are ${verdict} too: ${figures(before)} beside ${figures(found)}${chance ? ', a difference that may be chance' : ''}. You may keep it as it was.`
    : `${set} does more, ${figures(before)} beside ${figures(found)}, but its texts are ${verdict}.`;
}

function holds({ point: { interval } }: ReportLine, effect: number): boolean {
  return interval !== null && interval[0] <= effect && effect <= interval[1];
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
    : `${what} ${reader} There were too few ${nounOf(judging)} to keep some apart for judging: write six or more a side.`;
}

/** Which tokens were steered, behind the strength: ", at generated tokens". Empty for all. */
export function scopeWords({ scope }: Pick<Sought, 'scope'>): string {
  const tokens = describeTokens(scope ?? everywhere);
  return tokens === 'all tokens' ? '' : `, at ${tokens}`;
}

/** The worst state that was accepted of whole texts. */
export function worstWords({ worst }: Sought): string {
  return worst === 'within range' ? worst : 'no worse than strained';
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
    ...(sought.worst !== 'strained' ? ['Allow a higher cost.'] : []),
    moreTexts(sought),
  ];
}

function moreTexts({ finding, fixed, choice }: Sought): string {
  if (!finding || fixed || choice.effect !== 'score') return 'Write a dozen texts on each side instead.';
  if (!isChatKind(finding.kind))
    return 'Write more texts, which differ in what you want only and end in the word that carries it.';
  return `Write more ${nounOf(finding)}, which differ in what you want only, and more questions.`;
}

/** What a line of a side is. */
function nounOf({ kind }: ContrastTexts): string {
  return kind === 'systems' ? 'system prompts' : kind === 'personas' ? 'personas' : 'texts';
}
