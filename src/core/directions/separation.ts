import { toEnd, type Steps } from '../steps.js';
import { accuracyAt } from '../measures/accuracy.js';
import { areaUnderCurve } from '../measures/auc.js';
import { cohensD } from '../measures/effect-size.js';
import { dot, meanOf, norm } from '../tensors/vector.js';
import type { Separation } from './direction.js';
import { findSteps, type FinderInput, type TextFinder } from './finder.js';

/** What finds a direction [d] from two sides. */
export type Finds = Pick<TextFinder, 'find' | 'findSteps'>;

/** More groups than this a side are held out in this many folds instead of one by one. */
const mostFolds = 8;

/** The separation at once, as {@link separationSteps} says. */
export function heldOutSeparation(finder: Finds, input: FinderInput, together = 1): Separation | null {
  return toEnd(separationSteps(finder, input, together));
}

/**
 * How well directions separate texts they were not found from: leave-one-out up to eight groups a side, eight-fold beyond.
 * Group g of a side is its texts g · together and on: one text, or a persona's conversations, of which one would give away
 * the others. Fold f holds out the groups g of both sides with g mod folds = f, so a pair stays together; the direction comes from the
 * others, and the held-out projections of all folds are pooled. Each is measured from the midpoint of the training means'
 * projections, because folds have their own directions, and a residual's large common part lies a little differently
 * along each. A fold whose training sides do not differ cannot tell: its texts count as ties.
 *
 * @param together texts of one group; where a side has a single group, its texts are held out one by one
 * @returns null when a side has fewer than two texts, so that nothing can be held out.
 */
export function* separationSteps(finder: Finds, input: FinderInput, together = 1): Steps<Separation | null> {
  const { positive, negative } = input;
  const texts = Math.min(positive.length, negative.length);
  if (texts < 2) return null;
  const size = Math.ceil(texts / together) < 2 ? 1 : together;
  const fewest = Math.ceil(texts / size);
  const folds = Math.min(mostFolds, fewest);
  const scores = { positive: [] as number[], negative: [] as number[] };
  for (let fold = 0; fold < folds; fold++) {
    const isHeldOut = (_: Float32Array, index: number): boolean => Math.floor(index / size) % folds === fold;
    const isTraining = (_: Float32Array, index: number): boolean => !isHeldOut(_, index);
    const training = { ...input, positive: positive.filter(isTraining), negative: negative.filter(isTraining) };
    const score = yield* scorerSteps(finder, training);
    scores.positive.push(...positive.filter(isHeldOut).map(score));
    scores.negative.push(...negative.filter(isHeldOut).map(score));
    yield;
  }
  return {
    auc: areaUnderCurve(scores.positive, scores.negative),
    accuracy: accuracyAt(0, scores.positive, scores.negative),
    effectSize: cohensD(scores.positive, scores.negative),
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
