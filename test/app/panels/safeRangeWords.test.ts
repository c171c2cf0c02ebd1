import { expect, it } from 'vitest';
import { briefOf } from '../../../src/app/panels/apply/useSafeRange.js';

const shown = (strength: number): string => strength.toFixed(1);
const of = (from: boolean, to: boolean): string => briefOf({ from: -1, to: 0.5, ends: { from, to } }, shown);

it('names only the ends that the range has', () => {
  expect(of(true, true)).toBe('safe from -1.0 to 0.5');
  expect(of(false, true)).toBe('safe up to 0.5');
  expect(of(true, false)).toBe('safe from -1.0 on');
  expect(of(false, false)).toBe('safe over the whole slider');
});
