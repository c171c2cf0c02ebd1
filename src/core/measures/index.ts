/** What Steerboard measures. To add one: a file here with its `Measure` and its functions, and its lines below. */
import { accuracyMeasure } from './accuracy.js';
import { additivityMeasure } from './additivity.js';
import { alignmentMeasure } from './alignment.js';
import { aucMeasure } from './auc.js';
import { chanceMeasure } from './chance.js';
import { effectSizeMeasure } from './effect-size.js';
import { growthMeasure } from './growth.js';
import { explainedVarianceMeasure } from './explained-variance.js';
import { intervalMeasure } from './interval.js';
import { judgeMeasure } from './judge.js';
import { klMeasure } from './kl.js';
import type { Measure } from './measure.js';
import { partingMeasure } from './parting.js';
import { perplexityMeasure } from './perplexity.js';
import { probabilityMeasure } from './probability.js';
import { promotionMeasure } from './promotion.js';
import { rankAccuracyMeasure } from './rank-accuracy.js';
import { repetitionMeasure } from './repetition.js';
import { residualDriftMeasure } from './residual-drift.js';
import { stabilityMeasure } from './stability.js';

export const measures: readonly Measure[] = [
  alignmentMeasure,
  probabilityMeasure,
  klMeasure,
  perplexityMeasure,
  repetitionMeasure,
  residualDriftMeasure,
  growthMeasure,
  partingMeasure,
  aucMeasure,
  accuracyMeasure,
  effectSizeMeasure,
  intervalMeasure,
  chanceMeasure,
  stabilityMeasure,
  explainedVarianceMeasure,
  rankAccuracyMeasure,
  additivityMeasure,
  promotionMeasure,
  judgeMeasure,
];

export type { Measure } from './measure.js';
export { accuracyAt } from './accuracy.js';
export { AdditivityError } from './additivity.js';
export { alignment } from './alignment.js';
export { areaUnderCurve } from './auc.js';
export { chanceOfAtLeast, drawsBandOf, type DrawsBand } from './chance.js';
export { cohensD } from './effect-size.js';
export { growthOf, lineThrough, type Growth } from './growth.js';
export { explainedVariance } from './explained-variance.js';
export { middle95, quantile, type Interval } from './interval.js';
export {
  judge,
  judgedFigures,
  judgedNames,
  thresholds,
  type JudgedName,
  type Judgement,
  type Limits,
  type SteeringFigures,
  type Verdict,
  type VerdictLimits,
} from './judge.js';
export { klFromLogits, klFromLogProbabilities } from './kl.js';
export { partingPoint } from './parting.js';
export { perplexity } from './perplexity.js';
export { logSoftmax, softmax } from './probability.js';
export { distinctAlong, distinctN, repetition } from './repetition.js';
export { residualDrift } from './residual-drift.js';
export { MeanPromotion, type Promotion } from './promotion.js';
export { fewestDirections, type RankAccuracy } from './rank-accuracy.js';
export { stabilityOf, type Stability } from './stability.js';
