import { foldsOf, heldOutSteps, type Sides } from '../directions/held-out.js';
import { accuracyAt } from '../measures/accuracy.js';
import type { RankAccuracy } from '../measures/rank-accuracy.js';
import type { Steps } from '../steps.js';
import { partialLeastSquaresSteps } from '../tensors/partial-least-squares.js';
import { meanOf, type Numbers } from '../tensors/vector.js';

const ranks = [1, 2, 4, 8] as const;

/**
 * Held-out accuracy of a probe that may use 1, 2, 4 and 8 directions, parted at the midpoint of the training means'
 * predictions; of few texts, only ranks that do not fit every training text. Empty when nothing can be held out.
 */
export function* rankSteps(sides: Sides<Numbers>, together: number): Steps<readonly RankAccuracy[]> {
  const texts = sides.positive.length + sides.negative.length;
  const training = Math.floor((texts * (foldsOf(sides, together) - 1)) / foldsOf(sides, together));
  const usable = ranks.filter((rank) => rank === 1 || rank < Math.min(training - 1, sides.positive[0]?.length ?? 0));
  const most = usable.at(-1)!;
  const scores = yield* heldOutSteps(sides, together, function* (it): Steps<(row: Numbers) => Float64Array> {
    const predict = yield* partialLeastSquaresSteps(it, most);
    const [above, below] = [predict(meanOf(it.positive)), predict(meanOf(it.negative))];
    return (row) => predict(row).map((value, at) => value - (above[at]! + below[at]!) / 2);
  });
  if (!scores) return [];
  return usable.map((rank) => {
    const at = (side: readonly Float64Array[]): readonly number[] => side.map((values) => values[rank - 1]!);
    return { rank, accuracy: accuracyAt(0, at(scores.positive), at(scores.negative)) };
  });
}
