import { expect, it } from 'vitest';
import { differentLimits, limitsInWords } from '../../../../src/app/panels/experiments/limitsInWords.js';
import { thresholds } from '../../../../src/core/measures/index.js';

const strict = { ...thresholds, meanKl: { strained: 0.25, broken: 5 }, distinct2: { strained: 0.7, broken: 0.6 } };

it('limits are said with their units, strained first', () => {
  expect(limitsInWords(strict)).toEqual([
    'KL over 0.25, 5 nats a token',
    'perplexity over 4, 10 times the baseline’s',
    'distinct pairs under 0.7, 0.6 of the baseline’s',
    'residual norms changed over 1.5, 3 times',
  ]);
});

it('what differs is named, and nothing where nothing does', () => {
  expect(differentLimits([thresholds, strict, thresholds])).toEqual(['KL', 'distinct pairs']);
  expect(differentLimits([thresholds, structuredClone(thresholds)])).toEqual([]);
});
