/** What a sweep comes to, in plain sentences: where most is had while texts stay within range. */
import { expectedWidth, type Toward } from '../../../../core/sweeps/index.js';
import { layersText, plainNumber, signedNumber, spanText } from '../../../look/numbers.js';
import type { SweptDirection } from '../../../stores/sweep.js';
import { strengthLabel, type SweepRow } from './sweepRows.js';

export interface SweepBest {
  /** The steered point with the most of what is wanted, of those within range; null: there is none, or it gains nothing. */
  readonly row: SweepRow | null;
  readonly sentences: readonly string[];
  /** Whether more texts may say otherwise: the interval of what does most within range reaches over zero, or there is none. */
  readonly isUnsure: boolean;
}

/** Points of one state, and which of them are listed first: mild ones. */
export const stateRank = { 'within range': 0, strained: 1, broken: 2 } as const;

/**
 * @param unit of the effect, for people
 * @returns null while nothing steered is there
 */
export function sweepBest(
  rows: readonly SweepRow[],
  { toward, unit, direction }: { readonly toward: Toward; readonly unit: string; readonly direction: SweptDirection },
): SweepBest | null {
  const sign = toward === 'more' ? 1 : -1;
  const steered = rows.filter(({ setting, point }) => setting.kind === 'steered' && Number.isFinite(point.effect));
  if (steered.length === 0) return null;
  const within = steered.filter(({ judgement }) => judgement.verdict === 'within range');
  const most = mostOf(within, sign);
  const wanted = toward === 'more' ? 'more' : 'less';
  if (!most)
    return { row: null, sentences: [noneWithin(steered, direction), ...inWords(rows, null, sign)], isUnsure: false };
  const place = placeWords(most, direction);
  if (sign * most.point.effect <= 0) {
    return {
      row: null,
      sentences: [
        `Nothing within range has ${wanted} of it than the text without steering: the best, at ${place}, has effect ${figures(most, unit)}.`,
        ...inWords(rows, null, sign),
      ],
      isUnsure: reachesOverZero(most),
    };
  }
  const does = toward === 'more' ? 'does most within range' : 'takes most away within range';
  return {
    row: most,
    sentences: [
      `At ${place} it ${does}: effect ${figures(most, unit)}.`,
      ...chance(most),
      ...beside(rows, most, sign),
      ...inWords(rows, most, sign),
    ],
    isUnsure: reachesOverZero(most),
  };
}

/**
 * What the page's texts may be that the sweep's were not: damage adds up along a text.
 *
 * @param swept tokens of the sweep's texts, at most
 * @param onPage tokens of the page's texts, at most
 * @returns null where the page writes no longer ones
 */
export function lengthWords(swept: number, onPage: number): string | null {
  if (onPage <= swept) return null;
  return `Judged on texts of ${swept} tokens; the page writes ${onPage}, and longer texts may be strained.`;
}

/** "Over 8 prompts instead of 4 the interval would be about 55 % as wide." */
export function widthWords(now: number, goal: number): string {
  if (now < 2) return `Over ${goal} prompts there would be an interval.`;
  const share = 5 * Math.round(20 * expectedWidth(now, goal));
  return `Over ${goal} prompts instead of ${now} the interval would be about ${share} % as wide.`;
}

/** Of equal ones the cheapest. */
function mostOf(rows: readonly SweepRow[], sign: number): SweepRow | null {
  const better = (a: SweepRow, b: SweepRow): number =>
    sign * (b.point.effect - a.point.effect) || a.point.cost - b.point.cost;
  return [...rows].sort(better)[0] ?? null;
}

function noneWithin(steered: readonly SweepRow[], direction: SweptDirection): string {
  const [mildest] = [...steered].sort(
    (a, b) => stateRank[a.judgement.verdict] - stateRank[b.judgement.verdict] || a.point.cost - b.point.cost,
  );
  const { verdict, reasons } = mildest!.judgement;
  return `Nothing that was steered is within range. The mildest, at ${placeWords(mildest!, direction)}, is ${verdict}: ${reasons.join('; ')}. Try lower strengths or other layers, or raise the limits.`;
}

/** "layer 3, strength +0.6" */
function placeWords({ setting: { layers, strength } }: SweepRow, { operator }: SweptDirection): string {
  return `${layers ? layersText(layers) : ''}${strengthLabel(operator, strength, ', strength ')}`;
}

/** "+0.41 points [+0.30, +0.52], cost 0.82 nats a token" */
function figures({ point: { effect, interval, cost } }: SweepRow, unit: string): string {
  const sure = interval ? ` [${signedNumber(interval[0])}, ${signedNumber(interval[1])}]` : '';
  return `${signedNumber(effect)} ${unit}${sure}, cost ${plainNumber(cost)} nats a token`;
}

/** Whether the interval of a point has zero in it, or there is none. */
function reachesOverZero({ point: { interval } }: SweepRow): boolean {
  return !interval || (interval[0] <= 0 && interval[1] >= 0);
}

function chance(best: SweepRow): readonly string[] {
  if (!best.point.interval) return ['It is of one prompt alone: more prompts would tell how sure that is.'];
  return reachesOverZero(best)
    ? ['The 95 % interval reaches to zero, so this may be chance: more prompts would tell.']
    : [];
}

/** Random directions of the same strength, which stand at one layer. */
function beside(rows: readonly SweepRow[], best: SweepRow, sign: number): readonly string[] {
  const random = rows.filter(
    ({ setting, point }) =>
      setting.kind === 'random' && setting.strength === best.setting.strength && Number.isFinite(point.effect),
  );
  const [first] = random;
  if (!first?.setting.layers) return [];
  const effect = mean(random.map(({ point }) => point.effect));
  const cost = mean(random.map(({ point }) => point.cost));
  const where =
    spanText(first.setting.layers) === spanText(best.setting.layers!)
      ? 'there'
      : `at ${layersText(first.setting.layers)}`;
  const one = random.length === 1;
  const said = `${one ? 'A random direction' : `${random.length} random directions`} as strong ${where} ${one ? 'does' : 'do'} ${signedNumber(effect)}${one ? '' : ' on average'} for ${plainNumber(cost)} nats`;
  const { interval } = best.point;
  const reached = interval
    ? sign * effect >= (sign > 0 ? interval[0] : -interval[1])
    : sign * effect >= sign * best.point.effect;
  return [reached ? `${said}: not told apart from it, so this may not be the direction’s doing.` : `${said}.`];
}

/** The wish in words, where it does more and is within range. */
function inWords(rows: readonly SweepRow[], best: SweepRow | null, sign: number): readonly string[] {
  const prompts = rows.filter(
    ({ setting, point, judgement }) =>
      setting.kind === 'prompt' && judgement.verdict === 'within range' && Number.isFinite(point.effect),
  );
  const most = mostOf(prompts, sign);
  if (!most || sign * most.point.effect <= Math.max(0, sign * (best?.point.effect ?? 0))) return [];
  const { effect, cost } = most.point;
  const does = best ? 'does more' : 'does some within range';
  return [
    `The wish in words ${does}, as ${most.label === 'instruction' ? 'an instruction' : most.label}: ${signedNumber(effect)} for ${plainNumber(cost)} nats.`,
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
