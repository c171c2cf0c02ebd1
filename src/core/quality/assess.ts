import { centredRows } from '../covariance/covariance.js';
import type { Separation } from '../directions/direction.js';
import type { FinderInput } from '../directions/finder.js';
import { heldOutScoresSteps, separationOf, type Finds } from '../directions/separation.js';
import { chanceOfAtLeast } from '../measures/chance.js';
import { explainedVariance } from '../measures/explained-variance.js';
import type { RankAccuracy } from '../measures/rank-accuracy.js';
import { stabilityOf, type Stability } from '../measures/stability.js';
import type { Steps } from '../steps.js';
import { subtract } from '../tensors/vector.js';
import { randomSeparationSteps, shuffledSeparationSteps } from './controls.js';
import { bandsOf, intervalSteps, type Bands, type Intervals } from './figures.js';
import type { Grouping } from './groups.js';
import { rankSteps } from './ranks.js';
import { resampledDirectionSteps } from './resampled-directions.js';

/** How often is drawn. More draws, steadier intervals and bands. */
export interface Draws {
  /** Resamples of the held-out scores, for intervals. */
  readonly resamples: number;
  /** Random directions. */
  readonly random: number;
  /** Shuffles of the sides; the direction is found again for each fold of each. */
  readonly shuffles: number;
  /** Directions found again from resampled texts, for the stability. */
  readonly refits: number;
}

export interface AssessedDirection extends FinderInput {
  /** How it was found; null for a direction that cannot be found from these texts again: then it is read as it is. */
  readonly finder: Finds | null;
  /** The unit vector [d] that is used at this layer. */
  readonly vector: Float32Array;
}

/** What contrast texts say of a direction at one layer. */
export interface LayerAssessment {
  /** 0-based block index. */
  readonly layer: number;
  /** Texts on the positive and on the negative side. */
  readonly texts: readonly [number, number];
  /** Whether each text was read by a direction that was found without it. False where it cannot be found again: it is read as it is. */
  readonly heldOut: boolean;
  /** Null when a side has fewer than two texts. Of the very texts that it was found from where nothing is held out. */
  readonly separation: Separation | null;
  /** 95 % intervals of its figures; null without it, and where nothing is held out. */
  readonly intervals: Intervals | null;
  /** What random directions reach, held out; null where the direction is not, since the two cannot be compared. */
  readonly random: Bands | null;
  /** What the method reaches with the sides shuffled, and how likely it is that such a draw has at least the AUC; null where it is not found again. */
  readonly shuffled: { readonly bands: Bands; readonly chance: number } | null;
  /** Null where it is not found again. */
  readonly stability: Stability | null;
  /** Share of the variance of all residuals along the vector, and of the squares of the pairs' differences; null without pairs. */
  readonly explained: { readonly residuals: number; readonly pairs: number | null };
  /** Of any direction that can be read from these texts, by partial least squares. */
  readonly ranks: readonly RankAccuracy[];
}

/** Each part draws from a generator of its own, so that one part's count does not change what another one draws. */
export function seedOf(part: 'intervals' | 'random' | 'shuffles' | 'refits', layer: number): number {
  return 4 * layer + ['intervals', 'random', 'shuffles', 'refits'].indexOf(part);
}

/** All that is known of a direction at a layer from its texts. */
export function* assessSteps(direction: AssessedDirection, grouping: Grouping, draws: Draws): Steps<LayerAssessment> {
  const { finder, vector, layer, positive, negative } = direction;
  const { together, paired } = grouping;
  const scores = yield* heldOutScoresSteps(finder ?? fixed(vector), direction, together);
  const separation = scores && separationOf(scores);
  // Texts that a direction was found from lie on its sides even when they mean nothing: an interval would only say it firmly.
  const heldOut = finder !== null;
  const intervals =
    heldOut && scores && (yield* intervalSteps(scores, grouping, draws.resamples, seedOf('intervals', layer)));
  const random = heldOut && (yield* randomSeparationSteps(direction, together, draws.random, seedOf('random', layer)));
  const shuffles =
    finder && (yield* shuffledSeparationSteps(finder, direction, grouping, draws.shuffles, seedOf('shuffles', layer)));
  const refits =
    finder &&
    scores &&
    (yield* resampledDirectionSteps(finder, direction, grouping, draws.refits, seedOf('refits', layer)));
  const differences = paired ? positive.map((residual, i) => subtract(residual, negative[i]!)) : null;
  return {
    layer,
    texts: [positive.length, negative.length],
    heldOut,
    separation,
    intervals: intervals || null,
    random: random ? bandsOf(random) : null,
    shuffled: separation &&
      shuffles && {
        bands: bandsOf(shuffles),
        chance: chanceOfAtLeast(
          separation.auc,
          shuffles.map(({ auc }) => auc),
        ),
      },
    stability: refits && stabilityOf(refits),
    explained: {
      residuals: explainedVariance(centredRows({ positive, negative }, 'total'), vector),
      pairs: differences && explainedVariance(differences, vector),
    },
    ranks: yield* rankSteps(direction, together),
  };
}

/** A direction that is what it is, whatever the texts. */
function fixed(vector: Float32Array): Finds {
  const same = Float64Array.from(vector);
  return { find: () => same };
}
