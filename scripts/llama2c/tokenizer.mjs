/**
 * llama2.c's tokenizer file: int32 longest token, then for each id float32 score, int32 length, bytes. It is a
 * SentencePiece BPE: 0 unknown, 1 BOS, 2 EOS, 3…258 single bytes, then pieces in the order they were learned.
 * Encoding joins, again and again, the neighbours whose joined piece has the highest score. Here it becomes a
 * `tokenizer.json` that does the same: a merge's rank is the rank of its score.
 */

const [unknown, bos, eos, firstByte, firstPiece] = [0, 1, 2, 3, 259];
/** SentencePiece writes a space as this. */
const space = '▁';

/** @typedef {{ text: string, score: number }} Piece */

/** @param {Uint8Array} bytes @param {number} vocabulary @returns {Piece[]} */
export function readPieces(bytes, vocabulary) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const pieces = [];
  let offset = 4;
  for (let id = 0; id < vocabulary; id++) {
    if (offset + 8 > bytes.length) throw new Error(`The tokenizer file ends after ${id} of ${vocabulary} tokens.`);
    const score = view.getFloat32(offset, true);
    const end = offset + 8 + view.getInt32(offset + 4, true);
    if (end > bytes.length) throw new Error(`The tokenizer file ends inside token ${id} of ${vocabulary}.`);
    pieces.push({ text: decoder.decode(bytes.subarray(offset + 8, end)), score });
    offset = end;
  }
  if (offset !== bytes.length)
    throw new Error(`The tokenizer file has ${bytes.length - offset} bytes left after ${vocabulary} tokens.`);
  return pieces;
}

/** @param {Piece[]} pieces @returns {object} the document of tokenizer.json */
export function tokenizerDocument(pieces) {
  const names = pieces.map(({ text }, id) => tokenName(text, id));
  const vocab = Object.fromEntries(names.map((name, id) => [name, id]));
  if (Object.keys(vocab).length !== names.length) throw new Error('The tokenizer file holds the same token twice.');
  const special = (/** @type {number} */ id) => ({
    id,
    content: names[id],
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [unknown, bos, eos].map(special),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: space },
        { type: 'Replace', pattern: { String: ' ' }, content: space },
      ],
    },
    pre_tokenizer: null,
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: names[bos], type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [
        { SpecialToken: { id: names[bos], type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: names[bos], type_id: 1 } },
        { Sequence: { id: 'B', type_id: 1 } },
      ],
      special_tokens: { [names[bos]]: { id: names[bos], ids: [bos], tokens: [names[bos]] } },
    },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: space }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: names[unknown],
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab,
      merges: merges(pieces, names),
    },
  };
}

/** @param {string} text @param {number} id */
function tokenName(text, id) {
  if (id === bos) return '<s>';
  if (id === eos) return '</s>';
  if (id < firstPiece) return text;
  return text.replaceAll(' ', space);
}

/** Every way to make a piece of two others, best score first; of equal scores, the shorter left part first. */
function merges(/** @type {Piece[]} */ pieces, /** @type {string[]} */ names) {
  const known = new Set(names.slice(firstPiece));
  const found = [];
  for (let id = firstPiece; id < pieces.length; id++) {
    const letters = [...names[id]];
    for (let cut = 1; cut < letters.length; cut++) {
      const [left, right] = [letters.slice(0, cut).join(''), letters.slice(cut).join('')];
      if (known.has(left) && known.has(right)) found.push({ score: pieces[id].score, pair: [left, right] });
    }
  }
  return found.sort((a, b) => b.score - a.score).map(({ pair }) => pair);
}

export const specialIds = { unknown, bos, eos, firstByte };
