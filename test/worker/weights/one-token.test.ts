import { expect, test } from 'vitest';
import { oneToken } from '../../../src/worker/weights/one-token.js';

/** Knows a few words with the space before them, and puts a BOS in front. */
const pieces = ['<s>', ' happy', ' sad', 'happy', '!'];
const tokenizer = {
  encode(text: string): readonly number[] {
    const ids = [0];
    for (let rest = text; rest !== '';) {
      const id = pieces.findIndex((piece) => rest.startsWith(piece));
      if (id < 0) throw new Error(`the toy tokenizer does not know "${rest}"`);
      ids.push(id);
      rest = rest.slice(pieces[id]!.length);
    }
    return ids;
  },
  isSpecial: (id: number) => id === 0,
  describe: (ids: readonly number[]) => ({
    ids,
    pieces: ids.map((id) => pieces[id]!),
    special: ids.map((id) => id === 0),
  }),
};

test('a text that is one token is that token, special ones too', () => {
  expect(oneToken(tokenizer, ' happy')).toBe(1);
  expect(oneToken(tokenizer, 'happy')).toBe(3);
  expect(oneToken(tokenizer, '<s>')).toBe(0);
});

test('a text of several tokens names them, and an empty one says what to write', () => {
  expect(() => oneToken(tokenizer, ' happy!')).toThrow(/2 tokens of this model: “ happy”, “!”/);
  expect(() => oneToken(tokenizer, '')).toThrow(/No token is written/);
});
