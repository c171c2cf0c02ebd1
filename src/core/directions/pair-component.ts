import { firstPrincipalComponent } from '../tensors/principal-component.js';
import { addScaled, dot, meanOf, subtract } from '../tensors/vector.js';
import type { FinderInput, TextFinder } from './finder.js';

/**
 * First component of the rows h₊ − h₋, uncentred; the same line as that of ±(h₊ − h₋)/2, which is repeng's `pca_center`
 * and RepE's variant in steering-vectors (Zou et al. 2310.01405). Uncentred, a difference that all pairs share is found.
 */
export const pairComponent: TextFinder = {
  name: 'pair-component',
  label: 'PCA of pair differences',
  description:
    'First principal component of h₊ − h₋ over the pairs, uncentred (RepE, Zou et al. 2310.01405; repeng’s pca_center). It follows what most pairs share and cares less about odd ones.',
  needs: 'texts',
  takes: ['pairs', 'systems', 'personas'],
  options: [],
  find: (input) => leadingDifference(input, false),
};

/** The component with its sign by majority: most pairs must have h₊·v > h₋·v, since PCA has no sign of its own. */
export function leadingDifference({ positive, negative }: FinderInput, centred: boolean): Float64Array {
  const differences = positive.map((vector, pair) => subtract(vector, negative[pair]!)); // [n, d]
  const mean = meanOf(differences);
  const rows = centred ? differences.map((difference) => subtract(difference, mean)) : differences;
  const { component, magnitude } = firstPrincipalComponent(rows);
  let majority = 0;
  for (const difference of differences) majority += Math.sign(dot(difference, component));
  // As many pairs for as against: the mean difference decides.
  const sign = (majority || dot(mean, component)) < 0 ? -1 : 1;
  const direction = new Float64Array(component.length);
  addScaled(direction, component, sign * magnitude);
  return direction;
}
