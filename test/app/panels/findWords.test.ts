import { expect, it } from 'vitest';
import { effectWords, nextSteps, pictured, unitOf } from '../../../src/app/panels/measures/find/words.js';
import type { Found, Sought } from '../../../src/app/stores/find.js';

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

it('says what more to write in the words of what the direction was found from', () => {
  const steps = (kind: 'pairs' | 'systems' | 'personas', questions?: readonly string[]) => {
    const finding = { kind, positive: ['a'], negative: ['b'], ...(questions && { questions }) };
    const of = { ...sought('score'), finding, judging: finding, apart: false };
    return [nextSteps({ sought: of, report: null } as unknown as Found).at(-1), effectWords(of)].join(' ');
  };
  expect(steps('pairs')).toMatch(/more texts, .* end in the word .* too few texts to keep/);
  expect(steps('personas', ['Who?'])).toMatch(/more personas, .* and more questions\. .* too few personas to keep/);
  expect(steps('systems', ['Who?'])).toMatch(/more system prompts, .* too few system prompts to keep/);
});
