import type { ContrastTexts } from '../directions/direction.js';

/** Beginnings that any word may end, so that what the texts differ in is the words. */
const frames = [
  'The story is about',
  'They talked about',
  'She thought of',
  'He said the word',
  'Everyone saw',
  'It was all about',
] as const;

/** What stands on the other side where nothing is to be avoided: words without a theme. */
const plainWords = ['something', 'things', 'that', 'one', 'it', 'them'] as const;

/** Words as contrast texts: each in a few beginnings of sentences, last, where it is read. */
export function textsOfWords(toward: readonly string[], away: readonly string[]): ContrastTexts {
  return { kind: 'lists', positive: framed(toward), negative: framed(away.length > 0 ? away : plainWords) };
}

/** Frames by turns, at least two a word and six in all. */
function framed(words: readonly string[]): readonly string[] {
  const each = Math.max(2, Math.ceil(6 / words.length));
  return words.flatMap((word, index) =>
    Array.from({ length: each }, (_, turn) => `${frames[(index + turn) % frames.length]!} ${word}`),
  );
}
