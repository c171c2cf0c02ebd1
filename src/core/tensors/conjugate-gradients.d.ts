/**
 * x with A x = b for a symmetric positive definite A that is only ever multiplied with (Hestenes and Stiefel 1952), until
 * what is left of b is at most `rest`. Where A turns out not to be positive along a step, x as far as it came.
 */
export declare function conjugateGradients(product: (vector: Float64Array) => Float64Array, b: Float64Array, rest: number): Float64Array;
