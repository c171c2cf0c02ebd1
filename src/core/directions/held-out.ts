import type { Steps } from '../steps.js';

/** What there is of both sides: residuals, projections, scores. */
export interface Sides<Item> {
  readonly positive: readonly Item[];
  readonly negative: readonly Item[];
}

/** More groups than this a side are held out in this many folds instead of one by one. */
const mostFolds = 8;

/**
 * Texts of a side that are held out, and drawn, together: one, or a persona's conversations, of which one would give away the
 * others. Where a side has a single group, its texts are taken one by one.
 */
export function groupSize({ positive, negative }: Sides<unknown>, together: number): number {
  return Math.ceil(Math.min(positive.length, negative.length) / together) < 2 ? 1 : together;
}

/** How many folds the texts are held out in. */
export function foldsOf(sides: Sides<unknown>, together: number): number {
  const fewest = Math.min(sides.positive.length, sides.negative.length);
  return Math.min(mostFolds, Math.ceil(fewest / groupSize(sides, together)));
}

/**
 * Scores texts by what was learnt from others: leave-one-out up to eight groups a side, eight-fold beyond. Group g of a side is
 * its texts g · size and on. Fold f holds out the groups g of both sides with g mod folds = f, so a pair stays together.
 *
 * @param train learns from the training texts how to score one that is held out
 * @param together texts of one group
 * @returns a score for each text, in the order of the texts; null when a side has fewer than two
 */
export function* heldOutSteps<Item, Score>(
  sides: Sides<Item>,
  together: number,
  train: (training: Sides<Item>) => Steps<(item: Item) => Score>,
): Steps<Sides<Score> | null> {
  const { positive, negative } = sides;
  if (Math.min(positive.length, negative.length) < 2) return null;
  const size = groupSize(sides, together);
  const folds = foldsOf(sides, together);
  const scores = { positive: new Array<Score>(positive.length), negative: new Array<Score>(negative.length) };
  for (let fold = 0; fold < folds; fold++) {
    const isHeldOut = (index: number): boolean => Math.floor(index / size) % folds === fold;
    const isTraining = (_: Item, index: number): boolean => !isHeldOut(index);
    const score = yield* train({ positive: positive.filter(isTraining), negative: negative.filter(isTraining) });
    for (const side of ['positive', 'negative'] as const) {
      sides[side].forEach((item, index) => {
        if (isHeldOut(index)) scores[side][index] = score(item);
      });
    }
    yield;
  }
  return scores;
}
