import { type Numbers } from '../tensors/vector.js';
import { type Classes } from './covariance.js';
/** x ↦ (Σ⁺)^½ x with the pooled within-class covariance Σ: within the classes, all directions then vary alike. */
export type Whitening = (x: Numbers) => Float64Array;
/**
 * The whitening of two classes. Directions in which the classes do not vary (beyond the cut-off) become 0, as with the
 * pseudo-inverse: of few texts, that is most of the width.
 *
 * Taken from the smaller of Gram matrix [n, n] and covariance [d, d].
 */
export declare function whiteningOf(classes: Classes): Whitening;
