/** Finding the largest values of long lists (150k logits) without sorting them: Hoare's quickselect, expected O(n). */

/**
 * The k-th largest of `values` (k = 1 is the maximum). Reorders `values`: pass a copy.
 * 1 ≤ k ≤ values.length, no NaN.
 */
export function kthLargest(values: Float32Array | Float64Array, k: number): number {
  let left = 0;
  let right = values.length - 1;
  const wanted = k - 1;
  while (left < right) {
    const pivot = values[(left + right) >>> 1]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i]! > pivot) i++;
      while (values[j]! < pivot) j--;
      if (i <= j) {
        const swap = values[i]!;
        values[i++] = values[j]!;
        values[j--] = swap;
      }
    }
    if (wanted <= j) right = j;
    else if (wanted >= i) left = i;
    else break;
  }
  return values[wanted]!;
}

/** So few are found in one pass, each put in its place among those found. */
const few = 16;

/** Indices of the k largest values, largest first; equal values in order of index. k is cut to the length. */
export function largestIndices(values: ArrayLike<number>, k: number): number[] {
  const count = Math.min(k, values.length);
  if (count <= 0) return [];
  if (count <= few) return inOnePass(values, count);
  const threshold = kthLargest(Float64Array.from(values), count);
  const above: number[] = [];
  const equal: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i]! > threshold) above.push(i);
    else if (values[i] === threshold) equal.push(i);
  }
  const byValue = (a: number, b: number): number => values[b]! - values[a]! || a - b;
  return [...above.sort(byValue), ...equal.slice(0, count - above.length)];
}

function inOnePass(values: ArrayLike<number>, count: number): number[] {
  const indices: number[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (indices.length >= count && value <= values[indices[count - 1]!]!) continue;
    let at = indices.length;
    while (at > 0 && values[indices[at - 1]!]! < value) at--;
    indices.splice(at, 0, index);
    if (indices.length > count) indices.pop();
  }
  return indices;
}

/** The largest value, −Infinity when empty; NaN is passed over. Four at a time, since each comparison waits for the one before. */
export function largestOf(values: Float32Array): number {
  const { length } = values;
  let [a, b, c, d] = [-Infinity, -Infinity, -Infinity, -Infinity];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    if (values[i]! > a) a = values[i]!;
    if (values[i + 1]! > b) b = values[i + 1]!;
    if (values[i + 2]! > c) c = values[i + 2]!;
    if (values[i + 3]! > d) d = values[i + 3]!;
  }
  for (; i < length; i++) if (values[i]! > a) a = values[i]!;
  return Math.max(a, b, c, d);
}

/** Index of the largest value; of equal ones the lowest. −1 when empty. */
export function largestIndex(values: ArrayLike<number>): number {
  let best = values.length === 0 ? -1 : 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/**
 * The smallest set of the largest weights whose sum reaches `target`, as a threshold: all weights above `threshold` are in
 * it, and so are the `ties` first (in index order) of those that equal it. Reorders `weights`: pass a copy.
 *
 * A weight is in the set when the sum of those before it is below the target, so the set is never empty.
 */
export function smallestSetReaching(weights: Float64Array, target: number): { threshold: number; ties: number } {
  let left = 0;
  let right = weights.length; // the part still open is [left, right); all weights before it are larger and in the set
  let sum = 0;
  for (;;) {
    const pivot = weights[(left + right) >>> 1]!;
    // Three-way partition: [left, i) larger, [i, j) equal, [j, right) smaller than the pivot.
    let i = left;
    let j = left;
    let larger = 0;
    for (let next = left; next < right; next++) {
      const weight = weights[next]!;
      if (weight > pivot) {
        larger += weight;
        weights[next] = weights[j]!;
        weights[j++] = weights[i]!;
        weights[i++] = weight;
      } else if (weight === pivot) {
        weights[next] = weights[j]!;
        weights[j++] = weight;
      }
    }
    if (i > left && sum + larger >= target) {
      right = i; // the larger ones alone reach it
      continue;
    }
    const equal = j - i;
    const missing = pivot > 0 ? Math.max(1, Math.ceil((target - sum - larger) / pivot)) : equal;
    if (missing <= equal || j === right) return { threshold: pivot, ties: Math.min(missing, equal) };
    sum += larger + equal * pivot;
    left = j;
  }
}
