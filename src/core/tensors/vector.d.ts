/**
 * Vectors are `Float32Array`s, because that is what the model's tensors are. Every sum is accumulated in double, so that
 * norms of fp16-sized values (1e3 and more) neither overflow nor lose digits.
 */
export type Vector = Float32Array;
/** Numbers that can be read by index; doubles are welcome where a result has not been rounded to float32 yet. */
export type Numbers = ArrayLike<number>;
/** Σ aᵢ bᵢ. Both have the same length. */
export declare function dot(a: Numbers, b: Numbers): number;
/** Euclidean norm ‖a‖. */
export declare function norm(a: Numbers): number;
/** a − b, rounded to float32. */
export declare function subtract(a: Numbers, b: Numbers): Vector;
/** factor · a, rounded to float32. */
export declare function scaled(a: Numbers, factor: number): Vector;
/** target += factor · a, in place. Pass a `Float64Array` to accumulate in double. */
export declare function addScaled(target: Float32Array | Float64Array, a: Numbers, factor: number): void;
/** a/‖a‖. The caller makes sure that ‖a‖ > 0; a zero vector gives NaN. */
export declare function normalised(a: Numbers): Vector;
/** Cosine of the angle between a and b; 0 when either is zero. */
export declare function cosine(a: Numbers, b: Numbers): number;
/** Mean of n vectors [d], in double so that differences of means keep their digits. n ≥ 1. */
export declare function meanOf(vectors: readonly Numbers[]): Float64Array;
export declare function isAllFinite(a: Numbers): boolean;
