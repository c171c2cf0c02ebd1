import { expect, it } from 'vitest';
import { wordsIn } from '../../../src/core/texts/words.js';

it('finds the typed words, each once, in their order', () => {
  expect(wordsIn(' rain, storm;;wet\nrain ')).toEqual(['rain', 'storm', 'wet']);
  expect(wordsIn('ice cream')).toEqual(['ice cream']);
  expect(wordsIn(' , ')).toEqual([]);
});
