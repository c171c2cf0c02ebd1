import type { Tokenizer } from './tokenizer.js';

/**
 * Gives each token the characters it adds, so that the pieces join to the text. A character whose bytes are spread over
 * several tokens appears with the last of them. Only a short window is decoded again for each token.
 */
export class PieceDecoder {
  private window: number[] = [];
  /** The part of the window's text that was given out already. */
  private given = '';

  constructor(private readonly tokenizer: Pick<Tokenizer, 'decode' | 'isSpecial'>) {}

  push(id: number): string {
    if (this.tokenizer.isSpecial(id)) {
      this.window = [];
      this.given = '';
      return this.tokenizer.decode([id]);
    }
    this.window.push(id);
    const text = this.tokenizer.decode(this.window);
    // An unfinished character decodes to U+FFFD until the rest of its bytes arrive; after four bytes it is broken for good.
    if (text.endsWith('\uFFFD') && this.window.length < 8) return '';
    const piece = text.slice(this.given.length);
    // The last token stays as left context, because some decoders strip a space at the very start.
    this.window = [id];
    this.given = this.tokenizer.decode(this.window);
    return piece;
  }
}
