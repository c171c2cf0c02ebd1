/** Names of directions as they stand in formulas: bare, or in quotes of any kind. */
import { combinerNamed } from './combiners.js';

/**
 * What a formula is written of, so that what is in quotes is left alone: names in quotes, bare names, and numbers, which may
 * hold letters. Bare names are what the parser takes for one: letters, digits and any character beyond ASCII but the signs.
 */
const pieces =
  /(?<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[“”„](?:\\.|[^“”„\\])*[“”„])|\.?\d[\w.]*|(?<bare>(?:(?![−–×·“”„])[\w$\u0080-\uffff])+)|(?<sign>[−–×·“”„])/gs;

/** Signs that people type and keyboards do not have. */
const plainSigns: Readonly<Record<string, string>> = { '−': '-', '–': '-', '×': '*', '·': '*' };

/** By the letter after the backslash; after any other character, it only says that this one is meant. */
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v' };
const letters = Object.fromEntries(Object.entries(escapes).map(([letter, character]) => [character, letter]));

/** The formula with typographic signs and quotes as the parser knows them; what is in quotes stays as it is. */
export function withPlainSigns(text: string): string {
  return replacePieces(text, (piece, { quoted, sign }) => {
    // A quote that nothing closes is one for the parser to speak of.
    if (sign !== undefined) return plainSigns[sign] ?? '"';
    return quoted === undefined || /^["']/.test(quoted) ? piece : inQuotes(nameIn(quoted));
  });
}

/** The formula with one name in place of another, and functions as they are. */
export function withName(text: string, from: string, to: string): string {
  return replacePieces(text, (piece, { quoted, bare }, after) => {
    const isCalled = bare !== undefined && /^\s*\(/.test(after);
    const name = quoted === undefined ? bare : nameIn(quoted);
    return name === from && !isCalled ? asName(to) : piece;
  });
}

/** A name as it stands in a formula: in quotes where it must. */
export function asName(name: string): string {
  const bare = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) && combinerNamed(name) === undefined && !reserved.has(name);
  return bare ? name : inQuotes(name);
}

/** Words that the parser takes for something else. */
const reserved = new Set(['true', 'false', 'null', 'this', 'undefined']);

interface Piece {
  readonly quoted?: string;
  readonly bare?: string;
  readonly sign?: string;
}

function replacePieces(text: string, replace: (piece: string, kind: Piece, after: string) => string): string {
  return text.replace(pieces, (piece: string, ...more: unknown[]) => {
    const kind = more.at(-1) as Piece;
    const at = more.at(-3) as number;
    return replace(piece, kind, text.slice(at + piece.length));
  });
}

function nameIn(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
}

function inQuotes(name: string): string {
  return `"${name.replace(/["\\\n\r\t\b\f\v]/g, (character) => `\\${letters[character] ?? character}`)}"`;
}
