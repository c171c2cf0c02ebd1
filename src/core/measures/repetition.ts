import type { Measure } from './measure.js';

export const repetitionMeasure: Measure = {
  name: 'repetition',
  label: 'Distinct pairs',
  unit: 'share',
  description:
    'distinct-2: how many different pairs of neighbouring tokens there are, over all pairs. 1 repeats nothing, near 0 is a loop.',
};

/** distinct-n (Li et al. 1510.03055): different n-grams over all n-grams of the token ids, 0…1. NaN when there is none. */
export function distinctN(ids: ArrayLike<number>, n: number): number {
  const count = ids.length - n + 1;
  if (count < 1) return NaN;
  const seen = new Set<string>();
  for (let start = 0; start < count; start++) {
    let gram = '';
    for (let offset = 0; offset < n; offset++) gram += `${ids[start + offset]!} `;
    seen.add(gram);
  }
  return seen.size / count;
}

/** distinct-n of the text up to each token, [T], in one pass; NaN while there is no n-gram. */
export function distinctAlong(ids: ArrayLike<number>, n: number): Float64Array {
  const along = new Float64Array(ids.length).fill(NaN);
  const seen = new Set<string>();
  for (let end = n - 1; end < ids.length; end++) {
    let gram = '';
    for (let at = end - n + 1; at <= end; at++) gram += `${ids[at]!} `;
    seen.add(gram);
    along[end] = seen.size / (end - n + 2);
  }
  return along;
}

/** Share of tokens that already occurred in the text before them, 0…1. NaN for no tokens. */
export function repetition(ids: ArrayLike<number>): number {
  return 1 - distinctN(ids, 1);
}
