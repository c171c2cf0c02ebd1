import { describe, expect, it } from 'vitest';
import { lineOf, sideOf, typedTexts } from '../../../src/core/texts/lines.js';
import { textProblems } from '../../../src/core/texts/problems.js';

describe('typed lines', () => {
  it('keep the line that each text was typed in, and say line breaks by ↵', () => {
    expect(typedTexts('one\n\n two↵more \n')).toEqual([
      { line: 1, text: 'one' },
      { line: 3, text: ' two\nmore ' },
    ]);
  });

  it('give back every text, of several lines too', () => {
    const texts = ['Choices:\n(A) yes\n(B) no\n(A)', 'plain', 'emoji 😀 and "quotes"', 'back\\slash'];
    expect(typedTexts(sideOf(texts)).map(({ text }) => text)).toEqual(texts);
    expect(lineOf('a\r\nb\rc')).toBe('a↵b↵c');
  });
});

describe('problems', () => {
  const messages = (...sides: Parameters<typeof textProblems>): string[] =>
    textProblems(...sides).map(({ message }) => message);

  it('name the empty line, and not blank lines at the end', () => {
    expect(messages('lists', 'a\n\nb\n\n', 'c')).toEqual(['Line 2 of the positive side is empty and left out.']);
  });

  it('name pairs that repeat and pairs that are the same on both sides, by the line as typed', () => {
    expect(messages('pairs', 'a\nb\na\nsame', 'x\ny\nx\nsame ')).toEqual([
      'Line 3 repeats the pair of line 1.',
      'Line 4 is the same on both sides, so it says nothing of the difference.',
    ]);
    expect(messages('pairs', 'a\na', 'x\ny')).toEqual([]);
  });

  it('name the lines of texts that are on both lists or on one twice', () => {
    expect(messages('lists', 'a\nb\na', 'c\n\nb')).toEqual([
      'Line 2 of the negative side is empty and left out.',
      'Line 3 of the positive side repeats line 1.',
      'Line 3 of the negative side is also line 2 of the positive side, so it says nothing of the difference.',
    ]);
  });

  it('see two equal prompts, whose lines are their own', () => {
    expect(messages('prompts', 'a\n\na', 'a\n\na')).toEqual(['Both prompts are the same.']);
    expect(messages('prompts', 'a\n\na', 'b')).toEqual([]);
    expect(messages('prompts', '', '')).toEqual([]);
  });
});
