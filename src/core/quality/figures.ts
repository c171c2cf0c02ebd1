import type { Separation } from '../directions/direction.js';
import type { Sides } from '../directions/held-out.js';
import { separationOf } from '../directions/separation.js';
import { drawsBandOf, type DrawsBand } from '../measures/chance.js';
import { middle95, type Interval } from '../measures/interval.js';
import type { Steps } from '../steps.js';
import { uniformSource } from '../tensors/random.js';
import { resampled, taken, type Grouping } from './groups.js';

/** The figures of a separation, in the order in which they are shown. */
export const separationFigures = ['auc', 'accuracy', 'effectSize'] as const satisfies readonly (keyof Separation)[];
export type SeparationFigure = (typeof separationFigures)[number];

export type Intervals = Readonly<Record<SeparationFigure, Interval>>;
export type Bands = Readonly<Record<SeparationFigure, DrawsBand>>;

/**
 * How far the figures of held-out scores would move with other texts: percentile intervals of bootstrap resamples. The scores
 * are drawn, not the directions found again, so it is the interval of what was found.
 */
export function* intervalSteps(
  scores: Sides<number>,
  grouping: Grouping,
  resamples: number,
  seed: number,
): Steps<Intervals> {
  const uniform = uniformSource(seed);
  const found: Separation[] = [];
  for (let draw = 0; draw < resamples; draw++) {
    found.push(separationOf(taken(scores, resampled(scores, grouping, uniform))));
    if (draw % 16 === 15) yield;
  }
  return ofEach(found, middle95);
}

export function bandsOf(found: readonly Separation[]): Bands {
  return ofEach(found, drawsBandOf);
}

function ofEach<Result>(
  found: readonly Separation[],
  summary: (values: readonly number[]) => Result,
): Readonly<Record<SeparationFigure, Result>> {
  const of = (figure: SeparationFigure): Result => summary(found.map((it) => it[figure]));
  return { auc: of('auc'), accuracy: of('accuracy'), effectSize: of('effectSize') };
}
