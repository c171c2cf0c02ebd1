import { describe, expect, it } from 'vitest';
import { readPositions } from '../../../src/core/directions/reading.js';

const text = {
  pieces: () => ['<s>', 'Is', ' it', ' red', '?', ' Answer', ':', ' yes'],
  special: [true, ...Array<boolean>(7).fill(false)],
};
const at = (read?: Parameters<typeof readPositions>[1]) => readPositions(text, read).positions;
const after = (marker: string) => at({ kind: 'after', marker });

describe('readPositions', () => {
  it('reads the last token when nothing is said', () => {
    expect(at()).toEqual([7]);
    expect(at({ kind: 'last' })).toEqual([7]);
  });

  it('counts tokens from either end, special ones too', () => {
    expect(at({ kind: 'token', index: 0 })).toEqual([0]);
    expect(at({ kind: 'token', index: 3 })).toEqual([3]);
    expect(at({ kind: 'token', index: -1 })).toEqual([7]);
    expect(at({ kind: 'token', index: -8 })).toEqual([0]);
  });

  it('says which numbers there are when a text is too short, or a number is none', () => {
    for (const index of [8, -9, 1.5, NaN]) {
      const { positions, problem } = readPositions(text, { kind: 'token', index });
      expect(positions).toBeNull();
      expect(problem).toContain('from -8 to 7');
    }
  });

  it('takes the mean over tokens that are not special', () => {
    expect(at({ kind: 'mean' })).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(readPositions({ pieces: () => ['<s>'], special: [true] }, { kind: 'mean' }).problem).toContain('special');
  });

  it('reads the token that holds the first character after the marker', () => {
    expect(after('Answer:')).toEqual([7]);
    expect(after('Answer: ')).toEqual([7]);
    expect(after('Is it')).toEqual([3]);
    expect(after('Answ')).toEqual([5]);
    expect(after('<s>')).toEqual([1]);
  });

  it('takes the last place of a marker, and the last token where the text ends with it', () => {
    const twice = { pieces: () => ['a', ':', 'b', 'a', ':', 'c'], special: Array<boolean>(6).fill(false) };
    expect(readPositions(twice, { kind: 'after', marker: 'a:' }).positions).toEqual([5]);
    expect(after('yes')).toEqual([7]);
  });

  it('says so when the marker is not there or empty, or there are no tokens', () => {
    expect(readPositions(text, { kind: 'after', marker: 'Reply:' }).problem).toContain('“Reply:”');
    expect(readPositions(text, { kind: 'after', marker: '' }).problem).toContain('no marker');
    expect(readPositions({ pieces: () => [], special: [] }).problem).toContain('no tokens');
  });

  it('counts in UTF-16 and steps over tokens that add nothing yet', () => {
    // An emoji of two tokens: the first adds nothing until the second is there.
    const emoji = { pieces: () => ['ok', '', ' 🙂', '!'], special: Array<boolean>(4).fill(false) };
    expect(readPositions(emoji, { kind: 'after', marker: 'ok' }).positions).toEqual([2]);
    expect(readPositions(emoji, { kind: 'after', marker: '🙂' }).positions).toEqual([3]);
  });
});
