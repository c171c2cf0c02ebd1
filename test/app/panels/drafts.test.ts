import { describe, expect, it } from 'vitest';
import { freeEntry } from '../../../src/app/engine/entries.js';
import {
  draftOf,
  draftProblem,
  exampleTemplate,
  finderOf,
  optionsOf,
  templateOf,
  textsOf,
  withKind,
  withText,
} from '../../../src/app/panels/drafts.js';
import { dictionaryChoices } from '../../../src/app/panels/options/dictionaryChoices.js';
import { messageAsTyped } from '../../../src/app/panels/editor/asTyped.js';
import { emptyDraft, type Draft } from '../../../src/app/stores/editor.js';
import type { ContrastTexts } from '../../../src/core/directions/direction.js';
import { expandTemplate } from '../../../src/core/texts/template.js';

const pairs: Draft = { ...emptyDraft, positive: 'a\nb', negative: 'c\nd' };

describe('a draft', () => {
  it.each<ContrastTexts>([
    { kind: 'pairs', positive: ['a\nof two lines', 'b'], negative: ['c', 'd'] },
    { kind: 'lists', positive: ['a'], negative: ['c', 'd', ' e '], read: { kind: 'token', index: -2 } },
    { kind: 'prompts', positive: ['a\n\nb'], negative: ['c'] },
    { kind: 'personas', positive: ['x'], negative: ['y'], questions: ['Who?', 'Why?\nSay'] },
  ])('of an entry gives its texts back: $kind', (texts) => {
    expect(textsOf(draftOf(freeEntry({ name: 'n', texts })))).toEqual(texts);
  });

  it('of an entry without texts keeps its method and options', () => {
    const entry = freeEntry({ name: 'n', texts: null, method: 'random', methodOptions: { seed: 5 } });
    expect(draftOf(entry)).toMatchObject({ directionId: entry.id, method: 'random', methodOptions: { seed: 5 } });
  });

  it('of personas becomes system prompts', () => {
    const personas: Draft = { ...emptyDraft, kind: 'personas', positive: 'a cook', negative: 'a king.' };
    expect(withKind(personas, 'systems')).toEqual({
      kind: 'systems',
      positive: 'You are a cook.',
      negative: 'You are a king.',
    });
  });

  it.each<[string, Partial<Draft>, RegExp | null]>([
    ['whole', {}, null],
    ['one-sided', { negative: ' ' }, /Both sides/],
    ['uneven', { negative: 'c' }, /as many texts on both sides: there are 2 and 1/],
    ['of uneven lists', { kind: 'lists', negative: 'c' }, null],
    ['without questions', { kind: 'personas' }, /question/],
    [
      'for a method of pairs with lists',
      { kind: 'lists', method: 'pair-component' },
      /works with pairs.* not with two lists/,
    ],
    ['for a method without texts', { positive: '', negative: '', method: 'random' }, null],
    ['made by hand', { method: 'drawn-by-nobody' }, /made by hand\. Choose a method/],
    ['without its marker', { read: { kind: 'after', marker: '' } }, /marker/],
  ])('that is %s', (_, change, says) => {
    const problem = draftProblem({ ...pairs, ...change });
    if (says === null) expect(problem).toBeNull();
    else expect(problem).toMatch(says);
  });

  it('takes selected text as a line of its side, and begins two lists where its lines are no plain texts', () => {
    expect(withText(pairs, 'negative', 'e\nf')).toEqual({ negative: 'c\nd\ne↵f' });
    expect(withText({ ...emptyDraft, positive: '' }, 'positive', 'e')).toEqual({ positive: 'e' });
    expect(withText({ ...pairs, kind: 'prompts' }, 'positive', 'e')).toMatchObject({
      kind: 'lists',
      positive: 'e',
      negative: '',
    });
  });
});

describe('options of a method', () => {
  it('are its own, with defaults for what is absent or does not fit', () => {
    const random = finderOf('random')!;
    expect(optionsOf(random, { seed: 7, other: true })).toEqual({ seed: 7 });
    expect(optionsOf(random, { seed: 'seven' })).toEqual({ seed: 0 });
    expect(optionsOf(random, { seed: -1 })).toEqual({ seed: 0 });
  });
});

it('the example of a template can be filled', () => {
  const { problem, total, positive } = expandTemplate(templateOf(exampleTemplate), 100);
  expect(problem).toBeNull();
  expect(total).toBe(12);
  expect(positive).toContain('The little dog felt very happy');
});

it('a message that counts texts names the line as typed', () => {
  expect(messageAsTyped('Line 2 of the positive texts is empty.', 2, 4)).toBe('Line 4 of the positive texts is empty.');
  expect(messageAsTyped('Something else in line 2', 2, 4)).toBe('Something else in line 2');
});

describe('the dictionaries that are offered', () => {
  const labels = (...args: Parameters<typeof dictionaryChoices>) =>
    dictionaryChoices(...args).map(({ label }) => label);
  it('are the imported ones by name', () => {
    expect(labels([{ name: 'a' }, { name: 'b' }], 'b')).toEqual(['Choose a dictionary', 'a', 'b']);
    expect(labels([], '')).toEqual(['None is imported yet']);
  });
  it('are asked for while none is chosen', () => {
    expect(draftProblem({ ...emptyDraft, method: 'sae-feature' })).toContain('import one');
    expect(draftProblem({ ...emptyDraft, method: 'sae-feature', methodOptions: { dictionary: 'a' } })).toBeNull();
  });
  it('keep one that is chosen and not there', () => {
    expect(labels([{ name: 'a' }], 'gone')).toContain('gone (not imported here)');
    expect(labels(null, 'b')).toEqual(['Choose a dictionary', 'b']);
  });
});
