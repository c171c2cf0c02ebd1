/** Which tokens stand for words, for log-odds. */
import { SteerboardError } from '../../core/errors.js';
import { call } from './connection.js';

/**
 * Ids of the first tokens of words, each once. A word is read as it stands and behind a space, as it is within a text; a token that
 * is only that space says nothing of the word, so the one behind it is taken.
 *
 * @throws SteerboardError `token-unknown` for a word without a token
 */
export async function firstTokens(words: readonly string[]): Promise<readonly number[]> {
  const ids = await Promise.all(words.map(firstTokensOf));
  return [...new Set(ids.flat())];
}

async function firstTokensOf(word: string): Promise<readonly number[]> {
  const readings = await Promise.all([word, ` ${word}`].map((text) => call((api) => api.tokenize(text))));
  const firsts = readings.flatMap(({ ids, pieces, special }) => {
    const at = ids.findIndex((_, index) => !special[index] && (pieces[index] ?? '').trim() !== '');
    return at < 0 ? [] : [ids[at]!];
  });
  if (firsts.length === 0) {
    throw new SteerboardError('token-unknown', `“${word}” has no token of this model. Write another word.`, { word });
  }
  return firsts;
}
