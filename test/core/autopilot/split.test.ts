import { expect, it } from 'vitest';
import { splitTexts, textsOfWords, waysFor } from '../../../src/core/autopilot/index.js';
import { happySad } from '../../../src/app/presets/happySad.js';

it('every third pair judges, pairs stay together and none is on both sides', () => {
  const { finding, judging, apart } = splitTexts(happySad.texts);
  expect(apart).toBe(true);
  expect([finding.positive.length, judging.positive.length]).toEqual([8, 4]);
  expect(new Set([...finding.positive, ...judging.positive])).toEqual(new Set(happySad.texts.positive));
  const pairOf = new Map(happySad.texts.positive.map((text, index) => [text, happySad.texts.negative[index]]));
  for (const part of [finding, judging])
    expect(part.positive.map((text) => pairOf.get(text))).toEqual([...part.negative]);
});

it('few texts, and a single text a side, are not parted', () => {
  const few = { kind: 'lists', positive: ['a', 'b', 'c'], negative: ['d', 'e', 'f', 'g', 'h', 'i', 'j'] } as const;
  expect(splitTexts(few)).toEqual({ finding: few, judging: few, apart: false });
});

it('ways need texts that they can work with', () => {
  expect(waysFor(happySad.texts)).toEqual(['mean-difference', 'pair-component', 'logistic-probe', 'mass-mean']);
  expect(waysFor({ kind: 'lists', positive: ['a', 'b'], negative: ['c', 'd'] })).not.toContain('pair-component');
  expect(waysFor({ kind: 'prompts', positive: ['a'], negative: ['b'] })).toEqual(['mean-difference']);
});

it('words become texts that end in them, at least six a side', () => {
  const { kind, positive, negative } = textsOfWords(['rain', 'storm'], []);
  expect(kind).toBe('lists');
  expect(positive).toHaveLength(6);
  expect(positive.every((text) => / (rain|storm)$/.test(text))).toBe(true);
  expect(new Set(positive).size).toBe(6);
  expect(negative.length).toBeGreaterThanOrEqual(6);
  expect(textsOfWords(['rain'], ['sun']).negative.every((text) => text.endsWith(' sun'))).toBe(true);
});
