/** What Steerboard measures. To add one: a file here with its `Measure` and its functions, and its lines below. */
import { accuracyMeasure } from './accuracy.js';
import { alignmentMeasure } from './alignment.js';
import { aucMeasure } from './auc.js';
import { effectSizeMeasure } from './effect-size.js';
import { judgeMeasure } from './judge.js';
import { klMeasure } from './kl.js';
import type { Measure } from './measure.js';
import { perplexityMeasure } from './perplexity.js';
import { probabilityMeasure } from './probability.js';
import { repetitionMeasure } from './repetition.js';

export const measures: readonly Measure[] = [
  alignmentMeasure,
  probabilityMeasure,
  klMeasure,
  perplexityMeasure,
  repetitionMeasure,
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
export { perplexity } from './perplexity.js';
export { logSoftmax, softmax } from './probability.js';
export { distinctN, repetition } from './repetition.js';
