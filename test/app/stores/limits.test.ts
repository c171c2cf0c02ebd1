import { beforeEach, expect, it } from 'vitest';
import { resetLimit, resetLimits, setLimit, useLimits } from '../../../src/app/stores/limits.js';
import { thresholds } from '../../../src/core/measures/index.js';

const limitsOf = (name: keyof typeof thresholds) => useLimits.getState().limits[name];

beforeEach(resetLimits);

it('a limit is set by itself', () => {
  setLimit('meanKl', 'strained', 0.8);
  expect(useLimits.getState().limits).toEqual({ ...thresholds, meanKl: { ...thresholds.meanKl, strained: 0.8 } });
  resetLimits();
  expect(useLimits.getState().limits).toEqual(thresholds);
});

it('broken is never milder than strained', () => {
  setLimit('meanKl', 'strained', 7);
  expect(limitsOf('meanKl')).toEqual({ strained: 7, broken: 7 });
  setLimit('meanKl', 'broken', 2);
  expect(limitsOf('meanKl')).toEqual({ strained: 2, broken: 2 });
  // Of pairs that are distinct, few are bad.
  setLimit('distinct2', 'strained', 0.4);
  expect(limitsOf('distinct2')).toEqual({ strained: 0.4, broken: 0.4 });
  setLimit('distinct2', 'broken', 0.2);
  expect(limitsOf('distinct2')).toEqual({ strained: 0.4, broken: 0.2 });
});

it('a limit that is what it was changes nothing', () => {
  const { limits } = useLimits.getState();
  setLimit('meanKl', 'strained', thresholds.meanKl.strained);
  expect(useLimits.getState().limits).toBe(limits);
});

it('a figure goes back with the limit that was taken along, and others stay', () => {
  setLimit('distinct2', 'strained', 0.4);
  const { distinct2 } = useLimits.getState().limits;
  setLimit('meanKl', 'strained', 50);
  resetLimit('meanKl');
  expect(useLimits.getState().limits).toEqual({ ...thresholds, distinct2 });
});
