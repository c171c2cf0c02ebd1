import { expect, it } from 'vitest';
import { effectWords, pictured, unitOf } from '../../../src/app/panels/measures/find/words.js';
import type { Sought } from '../../../src/app/stores/find.js';

const sought = (effect: Sought['choice']['effect'], opposite = 'sad'): Sought =>
  ({
    name: 'happy',
    opposite,
    choice: { effect, layer: 5, words: ['rain'], away: [] },
    judging: null,
  }) as unknown as Sought;

it('a gain is pictured where it has something to be pictured by', () => {
  // A point is half the way, so a tenth of one is a twentieth of it.
  expect(pictured(0.1, sought('score'))).toBe('5 % of the way from sad to happy texts');
  expect(pictured(0.01, sought('score', ''))).toBe('0.5 % of the way from its negative to its positive texts');
  expect(pictured(Math.log(2), sought('log-odds'))).toBe('odds 2.0 times as high');
  expect(pictured(-0.1, sought('score'))).toBe('');
  expect(pictured(0.1, sought('alignment'))).toBe('');
});

it('a unit says what one of it is, and is not repeated where the effect is described', () => {
  expect(unitOf(sought('score'))).toMatchObject({ unit: 'points', unitMeans: expect.stringMatching(/half the way/) });
  expect(effectWords(sought('score'))).not.toContain('half');
});
