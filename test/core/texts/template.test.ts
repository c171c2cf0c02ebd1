import { describe, expect, it } from 'vitest';
import { expandTemplate, parseTemplate, type Template } from '../../../src/core/texts/template.js';

const template = (change: Partial<Template>): Template => ({
  sentence: '{name} was very {happy|sad}.',
  values: { name: ['Lily', 'Tom'] },
  contrast: null,
  ...change,
});

describe('a template', () => {
  it('has its slot filled with every value, and a side of {a|b} on each side', () => {
    expect(expandTemplate(template({}), 100)).toEqual({
      positive: ['Lily was very happy.', 'Tom was very happy.'],
      negative: ['Lily was very sad.', 'Tom was very sad.'],
      total: 2,
      problem: null,
    });
  });

  it('turns all its {a|b} together', () => {
    const { positive, negative } = expandTemplate(
      template({ sentence: '{He smiled|She wept} and was {glad|low}', values: {} }),
      10,
    );
    expect(positive).toEqual(['He smiled and was glad']);
    expect(negative).toEqual(['She wept and was low']);
  });

  it('pairs value i of the slot that differs, beside all values of the others', () => {
    const { positive, negative, total } = expandTemplate(
      template({
        sentence: '{name} felt {mood} at the {place}',
        values: { name: ['Lily', 'Tom'], place: ['park', 'sea', 'zoo'] },
        contrast: { slot: 'mood', positive: ['happy', 'glad'], negative: ['sad', 'low'] },
      }),
      100,
    );
    expect(total).toBe(12);
    expect(positive[0]).toBe('Lily felt happy at the park');
    expect(negative[0]).toBe('Lily felt sad at the park');
    expect(new Set(positive).size).toBe(12);
    const turned = positive.map((text) => text.replace('happy', 'sad').replace('glad', 'low'));
    expect(negative).toEqual(turned);
  });

  it('uses the same value wherever a slot stands twice', () => {
    const { positive } = expandTemplate(template({ sentence: '{name} said {name} was {happy|sad}' }), 10);
    expect(positive).toEqual(['Lily said Lily was happy', 'Tom said Tom was happy']);
  });

  it('writes doubled braces as braces', () => {
    const { positive } = expandTemplate(template({ sentence: '{{x}} is {big|small}', values: {} }), 10);
    expect(positive).toEqual(['{x} is big']);
  });

  it('of too many pairs takes as many as asked from all over, each once', () => {
    const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index));
    const { positive, total } = expandTemplate(
      template({ sentence: '{a}{b}{c} {x|y}', values: { a: letters, b: letters, c: letters } }),
      1000,
    );
    expect(total).toBe(26 ** 3);
    expect(new Set(positive).size).toBe(1000);
    for (const place of [0, 1, 2]) {
      const shares = letters.map((letter) => positive.filter((text) => text[place] === letter).length);
      expect(Math.min(...shares)).toBeGreaterThan(20);
      expect(Math.max(...shares)).toBeLessThan(60);
    }
  });

  it.each<[string, Partial<Template>, RegExp]>([
    ['an open brace', { sentence: 'So {happy' }, /“{” at character 4 is not closed/],
    ['a stray closing brace', { sentence: 'So happy}' }, /“}” at character 9 closes nothing/],
    ['a slot without a name', { sentence: 'So { } {a|b}' }, /at character 4 has no name/],
    ['three sides', { sentence: '{a|b|c}' }, /more than two sides/],
    ['nothing that differs', { sentence: '{name} sat' }, /Nothing differs between the sides/],
    ['a slot without values', { values: {} }, /{name} has no values yet/],
    [
      'sides of different length',
      { sentence: '{mood}', contrast: { slot: 'mood', positive: ['a', 'b'], negative: ['c'] } },
      /as many values on both sides: there are 2 and 1/,
    ],
    [
      'a side without values',
      { sentence: '{m}', contrast: { slot: 'm', positive: [], negative: ['c'] } },
      /both sides/,
    ],
    [
      'more combinations than can be counted',
      {
        sentence: '{a}{b}{c}{d}{e}{f}{x|y}',
        values: Object.fromEntries([...'abcdef'].map((slot) => [slot, new Array<string>(1000).fill('v')])),
      },
      /too many combinations/,
    ],
  ])('with %s says what to do', (_, change, says) => {
    const { problem, positive } = expandTemplate(template(change), 10);
    expect(problem).toMatch(says);
    expect(positive).toEqual([]);
  });

  it('names its slots once, in the order of the sentence', () => {
    expect(parseTemplate('{b} {a} {b} {x|y}').slots).toEqual(['b', 'a']);
  });
});
