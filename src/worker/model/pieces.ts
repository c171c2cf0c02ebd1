import type { Tokenizer } from './tokenizer.js';

type Decoding = Pick<Tokenizer, 'decode' | 'isSpecial'>;

/** Texts of windows: hundreds of texts of one prompt repeat them, and each is decoded slowly. */
const known = new WeakMap<Decoding, Map<string, string>>();
const mostKnown = 2 ** 14;

/**
 * Gives each token the characters it adds, so that the pieces join to the text. A character whose bytes are spread over
 * several tokens appears with the last of them. Only a short window is decoded again for each token.
 */
export class PieceDecoder {
  private window: number[] = [];
  /** The part of the window's text that was given out already. */
  private given = '';

  constructor(private readonly tokenizer: Decoding) {}

  push(id: number): string {
    if (this.tokenizer.isSpecial(id)) {
      this.window = [];
      this.given = '';
      return this.tokenizer.decode([id]);
    }
    this.window.push(id);
    const text = this.decoded();
    // An unfinished character decodes to U+FFFD until the rest of its bytes arrive; after four bytes it is broken for good.
    if (text.endsWith('\uFFFD') && this.window.length < 8) return '';
    const piece = text.slice(this.given.length);
    // The last token stays as left context, because some decoders strip a space at the very start.
    this.window = [id];
    this.given = this.decoded();
    return piece;
  }

  private decoded(): string {
    let texts = known.get(this.tokenizer);
    if (!texts || texts.size >= mostKnown) known.set(this.tokenizer, (texts = new Map()));
    const key = this.window.join();
    let text = texts.get(key);
    if (text === undefined) texts.set(key, (text = this.tokenizer.decode(this.window)));
    return text;
  }
}
