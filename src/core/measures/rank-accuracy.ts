import type { Measure } from './measure.js';

export const rankAccuracyMeasure: Measure = {
  name: 'rank-accuracy',
  label: 'Accuracy by rank',
  unit: 'share',
  description:
    'Held-out accuracy of a linear probe that may use the r best directions, by partial least squares (Wold et al. 2001): rank 1 is the mean difference alone. Where more directions read no better, one holds what can be read.',
};

export interface RankAccuracy {
  /** Directions that the probe may use. */
  readonly rank: number;
  /** Share of held-out texts on the right side, 0…1. */
  readonly accuracy: number;
}

/** The least rank whose accuracy is within `slack` of the best; null for no ranks. */
export function fewestDirections(ranks: readonly RankAccuracy[], slack: number): RankAccuracy | null {
  const best = Math.max(...ranks.map(({ accuracy }) => accuracy));
  return ranks.find(({ accuracy }) => accuracy >= best - slack - 1e-9) ?? null;
}
