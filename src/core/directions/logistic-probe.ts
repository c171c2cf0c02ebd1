import { logisticWeights } from '../tensors/logistic-regression.js';
import { meanOf, norm, scaled } from '../tensors/vector.js';
import type { FinderInput, TextFinder } from './finder.js';
import { meanDifference } from './mean-difference.js';

/**
 * Weights of an L2-regularised logistic regression (Alain and Bengio 1610.01644). Residuals are divided by one number, so
 * that C means the same at every layer and the geometry stays: the root of the mean variance of a component within the
 * sides. A weight's unit is that of 1/h, so the direction is given the length of μ₊ − μ₋.
 */
export const logisticProbe: TextFinder = {
  name: 'logistic-probe',
  label: 'Logistic probe',
  description:
    'Weights of an L2-regularised logistic regression between the sides (Alain and Bengio 1610.01644). Its accuracy is of held-out texts. What reads best is not always what steers best.',
  needs: 'texts',
  takes: ['pairs', 'lists', 'systems', 'personas'],
  fewest: 2,
  options: [
    {
      name: 'C',
      label: 'C',
      hint: 'Inverse regularisation: small values come close to the mean difference, large ones fit every text.',
      kind: 'number',
      default: 0.01,
      min: 0.000_001,
      max: 1000,
      step: 0.001,
    },
  ],
  find(input) {
    const difference = meanDifference.find(input);
    const unit = deviationWithin(input);
    if (!(unit > 0)) return difference;
    const rows = (side: FinderInput['positive']) => side.map((residual) => scaled(residual, 1 / unit));
    const weights = logisticWeights(rows(input.positive), rows(input.negative), Number(input.options['C']));
    const length = norm(weights);
    return length > 0 ? weights.map((value) => (value / length) * norm(difference)) : weights;
  },
};

/** Root of the mean over components of the pooled variance within the sides. */
function deviationWithin({ positive, negative }: FinderInput): number {
  let squares = 0;
  for (const side of [positive, negative]) {
    const mean = meanOf(side);
    for (const residual of side) for (let i = 0; i < mean.length; i++) squares += (residual[i]! - mean[i]!) ** 2;
  }
  return Math.sqrt(squares / ((positive.length + negative.length) * positive[0]!.length));
}
