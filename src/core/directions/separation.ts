import type { Steps } from '../steps.js';
import { accuracyAt } from '../measures/accuracy.js';
import { areaUnderCurve } from '../measures/auc.js';
import { cohensD } from '../measures/effect-size.js';
import { dot, meanOf, norm } from '../tensors/vector.js';
import type { Separation } from './direction.js';
import { findSteps, type FinderInput, type TextFinder } from './finder.js';
import { heldOutSteps, type Sides } from './held-out.js';

/** What finds a direction [d] from two sides. */
export type Finds = Pick<TextFinder, 'find' | 'findSteps'>;

/**
 * How well directions separate texts they were not found from, held out as {@link heldOutSteps} says. The direction comes from
 * the training texts, and the held-out projections of all folds are pooled. Each is measured from the midpoint of the training
 * means' projections, because folds have their own directions, and a residual's large common part lies a little differently
 * along each. A fold whose training sides do not differ cannot tell: its texts count as ties.
 *
 * @param together texts of one group; where a side has a single group, its texts are held out one by one
 * @returns null when a side has fewer than two texts, so that nothing can be held out.
 */
export function* separationSteps(finder: Finds, input: FinderInput, together = 1): Steps<Separation | null> {
  const scores = yield* heldOutScoresSteps(finder, input, together);
  return scores && separationOf(scores);
}

/** The held-out projections from the midpoint, one for each text in the order of the texts. */
export function heldOutScoresSteps(finder: Finds, input: FinderInput, together = 1): Steps<Sides<number> | null> {
  return heldOutSteps(input, together, (training) => scorerSteps(finder, { ...input, ...training }));
}

/** What scores whose sides part at 0 come to. */
export function separationOf({ positive, negative }: Sides<number>): Separation {
  return {
    auc: areaUnderCurve(positive, negative),
    accuracy: accuracyAt(0, positive, negative),
    effectSize: cohensD(positive, negative),
  };
}

/** Projection on the direction found from `training`, from the midpoint of the training means. */
function* scorerSteps(finder: Finds, training: FinderInput): Steps<(residual: Float32Array) => number> {
  const direction = yield* findSteps(finder, training);
  const length = norm(direction);
  if (!(length > 0)) return () => 0;
  const unit = direction.map((value) => value / length);
  const midpoint = (dot(meanOf(training.positive), unit) + dot(meanOf(training.negative), unit)) / 2;
  return (residual) => dot(residual, unit) - midpoint;
}
