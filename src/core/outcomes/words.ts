import type { Effect } from './effect.js';

/** Share of the generated words that are in the list, whatever their case. */
export const wordsEffect: Effect = {
  name: 'words',
  label: 'Words of a list',
  unit: 'share of words',
  unitMeans: 'A share of the generated words: 0.1 is every tenth of them, 1 would be all.',
  description: 'Share of the generated words that are in your list, whatever their case, from 0 to 1.',
  of: ({ text, choice }) => {
    const wanted = new Set(choice.words.map((word) => word.trim().toLowerCase()).filter((word) => word !== ''));
    const words = wordsOf(text.pieces.filter((_, token) => !text.special[token]).join(''));
    if (words.length === 0 || wanted.size === 0) return NaN;
    return words.filter((word) => wanted.has(word)).length / words.length;
  },
};

/** Runs of letters, marks, digits and inner apostrophes or hyphens, in small letters. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu) ?? [];
}
