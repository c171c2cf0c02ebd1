import { toEnd, type Steps } from '../steps.js';
import { allComponentSteps } from '../tensors/principal-component.js';
import { addScaled, dot, type Numbers } from '../tensors/vector.js';
import { centredRows, type Classes } from './covariance.js';

/** Eigenvalues below this share of the largest are no direction to divide by, as for mass-mean probing (2310.06824). */
const cutOff = 1e-3;

/** x ↦ (Σ⁺)^½ x with the pooled within-class covariance Σ: within the classes, all directions then vary alike. */
export type Whitening = (x: Numbers) => Float64Array;

/** The whitening at once, as {@link whiteningSteps} says. */
export function whiteningOf(classes: Classes): Whitening {
  return toEnd(whiteningSteps(classes));
}

/**
 * The whitening of two classes. Directions in which the classes do not vary (beyond the cut-off) become 0, as with the
 * pseudo-inverse: of few texts, that is most of the width.
 */
export function* whiteningSteps(classes: Classes): Steps<Whitening> {
  const components = yield* allComponentSteps(centredRows(classes, 'within'), cutOff);
  return (x) => {
    const white = new Float64Array(x.length);
    for (const { component, magnitude } of components) addScaled(white, component, dot(component, x) / magnitude);
    return white;
  };
}
