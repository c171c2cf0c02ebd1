import type { Measure } from './measure.js';

export const partingMeasure: Measure = {
  name: 'parting',
  label: 'Where texts part',
  unit: 'token',
  description:
    'The first generated token, counted from 1, at which two texts of the same prompt and seed differ. None: they are the same.',
};

/** Index of the first id that differs, from 0; where one text goes on after the other's end, that place. Null: the same text. */
export function partingPoint(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) if (a[at] !== b[at]) return at;
  return a.length === b.length ? null : shorter;
}
