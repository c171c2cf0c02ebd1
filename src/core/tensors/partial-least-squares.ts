import type { Steps } from '../steps.js';
import { addScaled, dot, meanOf, norm, type Numbers } from './vector.js';

/** A deflated row of which less than this share is left has no further component. */
const leastLeft = 1e-9;

/**
 * Partial least squares of one outcome (PLS1 by NIPALS; Wold, Sjöström and Eriksson 2001): y, 1 for `positive` and 0 for
 * `negative`, from rows x [d]. The first component is the difference of the sides' means; each further one is what of the rest
 * goes along with y most. The same predictions as scikit-learn's `PLSRegression(scale=False)`.
 *
 * @returns what predicts y of a row with 1, 2, … components, up to one number for all: [components]
 */
export function* partialLeastSquaresSteps(
  { positive, negative }: { readonly positive: readonly Numbers[]; readonly negative: readonly Numbers[] },
  components: number,
): Steps<(row: Numbers) => Float64Array> {
  const all = [...positive, ...negative];
  const mean = meanOf(all);
  const rows = all.map((row) => mean.map((value, i) => row[i]! - value)); // X, deflated in place
  const share = positive.length / all.length;
  const outcome = all.map((_, i) => (i < positive.length ? 1 : 0) - share); // y, centred
  const found: { readonly weight: Float64Array; readonly loading: Float64Array; readonly slope: number }[] = [];
  let first = 0;
  for (let component = 0; component < components; component++) {
    const weight = new Float64Array(mean.length); // Xᵀy
    rows.forEach((row, i) => addScaled(weight, row, outcome[i]!));
    const length = norm(weight);
    first ||= length;
    if (!(length > leastLeft * first)) break;
    for (let i = 0; i < weight.length; i++) weight[i]! /= length;
    const scores = rows.map((row) => dot(row, weight)); // t
    const squares = dot(scores, scores);
    const loading = new Float64Array(mean.length); // Xᵀt / tᵀt
    rows.forEach((row, i) => addScaled(loading, row, scores[i]! / squares));
    rows.forEach((row, i) => addScaled(row, loading, -scores[i]!));
    found.push({ weight, loading, slope: dot(outcome, scores) / squares });
    yield;
  }
  return (row) => {
    const rest = mean.map((value, i) => row[i]! - value);
    const predicted = new Float64Array(components);
    let sum = 0;
    for (let component = 0; component < components; component++) {
      const it = found[component];
      if (it) {
        const score = dot(rest, it.weight);
        sum += score * it.slope;
        addScaled(rest, it.loading, -score);
      }
      predicted[component] = sum;
    }
    return predicted;
  };
}
