import type { Prompt } from '../chat/prompt.js';
import type { FittedDirection } from '../directions/direction.js';
import { judge, thresholds, type Judgement, type VerdictLimits } from '../measures/index.js';
import {
  asExamples,
  asInstruction,
  baselineSetting,
  meanInterval,
  promptSetting,
  randomLike,
  steeredSetting,
  type MeasuredPoint,
} from '../sweeps/index.js';
import { emptyPlan, type Plan, type Scope } from '../steering/plan.js';
import { addedAt } from './application.js';
import type { Measurer, ToMeasure } from './measurer.js';
import { gainOverRandom, type Gain } from './over-random.js';
import type { Place } from './trial.js';

/** Random directions beside the found one. */
export const randomDirections = 5;

/** One line of the report: what was done to the texts, and what came of it. */
export interface ReportLine {
  /** `asSet`: the direction that it was found from, as it is applied on the page. */
  readonly kind: 'found' | 'asSet' | 'random' | 'instruction' | 'examples';
  /** Of the random directions, the mean of all. */
  readonly point: Pick<MeasuredPoint, 'effect' | 'cost' | 'texts' | 'interval' | 'figures'>;
  readonly judgement: Judgement;
}

/** A direction as it is applied on the page. */
export interface AsSet {
  readonly plan: Plan;
  readonly layers: Place;
  /** In the operator's own unit. */
  readonly strength: number;
}

/** What was found, on prompts that it was not chosen on. */
export interface Report {
  readonly lines: readonly ReportLine[];
  readonly gain: Gain;
  /** Of each prompt, the unsteered and the steered text of the first seed. */
  readonly texts: readonly { readonly prompt: Prompt; readonly baseline: string; readonly steered: string }[];
}

export interface Reported {
  readonly direction: FittedDirection;
  readonly layers: Place;
  readonly strength: number;
  /** Which tokens are steered; absent: all. */
  readonly scope?: Scope | undefined;
  /** The same wish in words; empty where it cannot be put so. */
  readonly instruction: string;
  readonly examples: readonly string[];
  /** What one began with; null where there is none. */
  readonly asSet?: AsSet | null;
  /** Of the verdicts. */
  readonly limits?: VerdictLimits;
}

/** Measures a choice beside what one began with, random directions of the same length at the same layers, and the same wish put into the prompt. */
export async function report(
  { direction, layers, strength, scope, instruction, examples, asSet = null, limits = thresholds }: Reported,
  measurer: Measurer,
  prompts: readonly Prompt[],
): Promise<Report> {
  const on = prompts.map((_, prompt) => prompt);
  const steered = (kind: 'steered' | 'random', name: string, of: FittedDirection): ToMeasure => ({
    setting: steeredSetting(kind, name, layers, strength),
    means: { plan: addedAt(of, layers, strength, scope) },
    on,
  });
  const wished = (name: string, wish: (prompt: Prompt) => Prompt): ToMeasure => ({
    setting: promptSetting(name),
    means: { plan: emptyPlan, wish },
    on,
  });
  const found = steered('steered', 'found', direction);
  const random = Array.from({ length: randomDirections }, (_, seed) =>
    steered('random', `random ${seed + 1}`, randomLike(direction, seed + 1)),
  );
  const before: readonly ToMeasure[] = asSet
    ? [
        {
          setting: steeredSetting('steered', 'as it is set', asSet.layers, asSet.strength),
          means: { plan: asSet.plan },
          on,
        },
      ]
    : [];
  const inWords = [
    ...(instruction === '' ? [] : [wished('instruction', (prompt) => asInstruction(prompt, instruction))]),
    ...(examples.length === 0 ? [] : [wished('examples', (prompt) => asExamples(prompt, examples))]),
  ];
  const [foundPoint, ...others] = await measurer.points([found, ...random, ...before, ...inWords]);
  const randomPoints = others.slice(0, random.length);
  const wishedFrom = random.length + before.length;
  const settings = random.map(({ setting }) => setting);
  return {
    lines: [
      lineOf('found', foundPoint!, limits),
      ...others.slice(random.length, wishedFrom).map((point) => lineOf('asSet', point, limits)),
      lineOf('random', pooled(randomPoints), limits),
      ...others
        .slice(wishedFrom)
        .map((point) => lineOf(point.direction === 'examples' ? 'examples' : 'instruction', point, limits)),
    ],
    gain: gainOverRandom(
      measurer.gains(found.setting),
      settings.map((setting) => measurer.gains(setting)),
    ),
    texts: prompts.map((prompt, index) => ({
      prompt,
      baseline: measurer.textOn(baselineSetting, index),
      steered: measurer.textOn(found.setting, index),
    })),
  };
}

function lineOf(kind: ReportLine['kind'], point: ReportLine['point'], limits: VerdictLimits): ReportLine {
  return { kind, point, judgement: judge(point.figures, limits) };
}

/** Random directions as one: means over them, and how sure the mean of their effects is. */
function pooled(points: readonly MeasuredPoint[]): ReportLine['point'] {
  const mean = (of: (point: MeasuredPoint) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  return {
    effect: mean(({ effect }) => effect),
    cost: mean(({ cost }) => cost),
    texts: points.reduce((sum, { texts }) => sum + texts, 0),
    interval: meanInterval(points.map(({ effect }) => effect)),
    figures: {
      meanKl: mean(({ figures }) => figures.meanKl),
      perplexityRatio: mean(({ figures }) => figures.perplexityRatio),
      distinct2: mean(({ figures }) => figures.distinct2),
      baselineDistinct2: mean(({ figures }) => figures.baselineDistinct2),
      normRatio: mean(({ figures }) => figures.normRatio),
    },
  };
}
