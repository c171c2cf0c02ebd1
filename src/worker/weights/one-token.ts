import { SteerboardError } from '../../core/errors.js';
import type { Tokenizer } from '../model/tokenizer.js';

/**
 * Id of the token that a text is, as it stands: leading spaces count.
 *
 * @throws SteerboardError `token-unknown` when it is several tokens, which are named, or none
 */
export function oneToken(tokenizer: Pick<Tokenizer, 'encode' | 'isSpecial' | 'describe'>, text: string): number {
  const fail = (message: string, tokens: number) => new SteerboardError('token-unknown', message, { text, tokens });
  if (text === '')
    throw fail('No token is written. Write one token of the model, such as a word with the space before it.', 0);
  const encoded = tokenizer.encode(text);
  const plain = encoded.filter((id) => !tokenizer.isSpecial(id));
  // The text may name a special token; those that the tokenizer adds by itself are not meant.
  const added = tokenizer.encode('').length;
  const ids = plain.length > 0 ? plain : encoded.slice(added);
  const [id] = ids;
  if (id !== undefined && ids.length === 1) return id;
  const pieces = tokenizer.describe(ids).pieces.map((piece) => `“${piece}”`);
  throw fail(
    `“${text}” is ${ids.length} tokens of this model: ${pieces.join(', ')}. Write one of them; a space at the beginning counts.`,
    ids.length,
  );
}

/** A text that is one token alone and no other; null when there is none. */
export function textOfToken(
  tokenizer: Pick<Tokenizer, 'encode' | 'isSpecial' | 'describe' | 'decode'>,
  id: number,
): string | null {
  const text = tokenizer.decode([id]);
  // Some decoders leave the space at the very start away.
  for (const candidate of [text, ` ${text}`]) {
    const plain = tokenizer.encode(candidate).filter((it) => !tokenizer.isSpecial(it));
    if (plain.length === 1 && plain[0] === id) return candidate;
  }
  return null;
}
