/** What Steerboard measures. To add one: a file here with its `Measure` and its functions, and its lines below. */
import { accuracyMeasure } from './accuracy.js';
import { alignmentMeasure } from './alignment.js';
import { aucMeasure } from './auc.js';
import { effectSizeMeasure } from './effect-size.js';
import { growthMeasure } from './growth.js';
import { judgeMeasure } from './judge.js';
import { klMeasure } from './kl.js';
import type { Measure } from './measure.js';
import { partingMeasure } from './parting.js';
import { perplexityMeasure } from './perplexity.js';
import { probabilityMeasure } from './probability.js';
import { repetitionMeasure } from './repetition.js';
import { residualDriftMeasure } from './residual-drift.js';

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
  judgeMeasure,
];

export type { Measure } from './measure.js';
export { accuracyAt } from './accuracy.js';
export { alignment } from './alignment.js';
export { areaUnderCurve } from './auc.js';
export { cohensD } from './effect-size.js';
export { growthOf, lineThrough, type Growth } from './growth.js';
export { judge, thresholds, type Judgement, type SteeringFigures, type Verdict } from './judge.js';
export { klFromLogits, klFromLogProbabilities } from './kl.js';
export { partingPoint } from './parting.js';
export { perplexity } from './perplexity.js';
export { logSoftmax, softmax } from './probability.js';
export { distinctAlong, distinctN, repetition } from './repetition.js';
export { residualDrift } from './residual-drift.js';
