import type { Separation } from '../directions/direction.js';
import type { FinderInput } from '../directions/finder.js';
import { heldOutSteps, type Sides } from '../directions/held-out.js';
import { separationOf, separationSteps, type Finds } from '../directions/separation.js';
import type { Steps } from '../steps.js';
import { gaussianVector, uniformSource } from '../tensors/random.js';
import { dot, type Numbers } from '../tensors/vector.js';
import { shuffled, type Grouping } from './groups.js';

/**
 * What random directions reach: Gaussian ones, held out as the direction is. All that they learn from the training texts is
 * their sign, so this is what any direction reads here. Null when nothing can be held out.
 */
export function* randomSeparationSteps(
  sides: Sides<Numbers>,
  together: number,
  draws: number,
  seed: number,
): Steps<readonly Separation[] | null> {
  const uniform = uniformSource(seed);
  const found: Separation[] = [];
  const width = sides.positive[0]?.length ?? 0;
  for (let draw = 0; draw < draws; draw++) {
    const vector = gaussianVector(width, uniform);
    const along = (side: readonly Numbers[]): readonly number[] => side.map((residual) => dot(residual, vector));
    const projections = { positive: along(sides.positive), negative: along(sides.negative) };
    const scores = yield* heldOutSteps(projections, together, signSteps);
    if (!scores) return null;
    found.push(separationOf(scores));
  }
  return found;
}

/** Projections from the midpoint of the training means, turned so that the training texts' positive side is above. */
function* signSteps({ positive, negative }: Sides<number>): Steps<(projection: number) => number> {
  const [above, below] = [meanNumber(positive), meanNumber(negative)];
  const sign = Math.sign(above - below);
  return (projection) => sign * (projection - (above + below) / 2);
}

/**
 * What the finder reaches when the sides mean nothing: shuffled, found again and held out as ever. With few texts held out one
 * by one it lies below chance, since each text that is left out draws the training mean of its side away from itself.
 */
export function* shuffledSeparationSteps(
  finder: Finds,
  input: FinderInput,
  grouping: Grouping,
  draws: number,
  seed: number,
): Steps<readonly Separation[] | null> {
  const uniform = uniformSource(seed);
  const found: Separation[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const separation = yield* separationSteps(
      finder,
      { ...input, ...shuffled(input, grouping, uniform) },
      grouping.together,
    );
    if (!separation) return null;
    found.push(separation);
  }
  return found;
}

function meanNumber(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
