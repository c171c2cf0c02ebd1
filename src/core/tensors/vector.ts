/**
 * Vectors are `Float32Array`s, because that is what the model's tensors are. Every sum is accumulated in double, so that
 * norms of fp16-sized values (1e3 and more) neither overflow nor lose digits.
 */
export type Vector = Float32Array;

/** Numbers that can be read by index; doubles are welcome where a result has not been rounded to float32 yet. */
export type Numbers = ArrayLike<number>;

/** Σ aᵢ bᵢ. Both have the same length. */
export function dot(a: Numbers, b: Numbers): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/**
 * Σ aᵢ bᵢ over parts of two vectors, from an index of each on. For what is done at every layer of every token: without an array for
 * each part, and of one kind of array, it is several times as fast as {@link dot}.
 */
export function dotOfParts(a: Vector, aStart: number, b: Vector, bStart: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[aStart + i]! * b[bStart + i]!;
  return sum;
}

/** Euclidean norm ‖a‖. */
export function norm(a: Numbers): number {
  return Math.sqrt(dot(a, a));
}

/** a − b, rounded to float32. */
export function subtract(a: Numbers, b: Numbers): Vector {
  const difference = new Float32Array(a.length);
  for (let i = 0; i < a.length; i++) difference[i] = a[i]! - b[i]!;
  return difference;
}

/** factor · a, rounded to float32. */
export function scaled(a: Numbers, factor: number): Vector {
  const result = new Float32Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = a[i]! * factor;
  return result;
}

/** target += factor · a, in place. Pass a `Float64Array` to accumulate in double. */
export function addScaled(target: Float32Array | Float64Array, a: Numbers, factor: number): void {
  for (let i = 0; i < a.length; i++) target[i] = target[i]! + factor * a[i]!;
}

/** a/‖a‖. The caller makes sure that ‖a‖ > 0; a zero vector gives NaN. */
export function normalised(a: Numbers): Vector {
  return scaled(a, 1 / norm(a));
}

/** Cosine of the angle between a and b; 0 when either is zero. */
export function cosine(a: Numbers, b: Numbers): number {
  const norms = norm(a) * norm(b);
  return norms === 0 ? 0 : dot(a, b) / norms;
}

/** Mean of n vectors [d], in double so that differences of means keep their digits. n ≥ 1. */
export function meanOf(vectors: readonly Numbers[]): Float64Array {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) addScaled(mean, vector, 1);
  for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! / vectors.length;
  return mean;
}

export function isAllFinite(a: Numbers): boolean {
  for (let i = 0; i < a.length; i++) if (!Number.isFinite(a[i]!)) return false;
  return true;
}
