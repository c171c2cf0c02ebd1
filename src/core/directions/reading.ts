import type { ReadToken } from './direction.js';

/** A text as its tokens. */
export interface TextTokens {
  readonly special: readonly boolean[];
  /** What each token adds; the pieces join to the text, special tokens show as their name. Asked for only when words matter. */
  readonly pieces: () => readonly string[];
}

/** Positions of the tokens that are read, ascending, or why there are none, for people. */
export type ReadPositions =
  | { readonly positions: readonly number[]; readonly problem: null }
  | { readonly positions: null; readonly problem: string };

/**
 * Which tokens of a text are read; of several the mean is taken. Special tokens count in `token`, as they are shown, and are
 * left out of `mean`. A marker may be (part of) a special token's name, so that a chat template's own marks can be named.
 */
export function readPositions({ special, pieces }: TextTokens, read: ReadToken = { kind: 'last' }): ReadPositions {
  const last = special.length - 1;
  if (last < 0) return nowhere('This text has no tokens. Fill it in or remove it.');
  switch (read.kind) {
    case 'last':
      return at(last);
    case 'token': {
      const position = read.index < 0 ? special.length + read.index : read.index;
      if (Number.isInteger(position) && position >= 0 && position <= last) return at(position);
      return nowhere(
        `This text has ${special.length} tokens, so none is at ${read.index}. Choose a number from ${-special.length} to ${last}.`,
      );
    }
    case 'mean': {
      const positions = special.flatMap((isSpecial, position) => (isSpecial ? [] : [position]));
      return positions.length > 0 ? at(...positions) : nowhere('This text has special tokens only. Write a few words.');
    }
    case 'after':
      return afterMarker(pieces(), read.marker);
  }
}

/** The token that holds the first character after the last place of the marker. */
function afterMarker(pieces: readonly string[], marker: string): ReadPositions {
  if (marker === '') return nowhere('There is no marker. Write the words after which the text is read.');
  const found = pieces.join('').lastIndexOf(marker);
  if (found < 0) return nowhere(`This text has no “${marker}”. Write it in, or choose another token to read.`);
  let left = found + marker.length;
  for (const [position, piece] of pieces.entries()) {
    left -= piece.length;
    if (left < 0) return at(position);
  }
  return at(pieces.length - 1);
}

function at(...positions: readonly number[]): ReadPositions {
  return { positions, problem: null };
}

function nowhere(problem: string): ReadPositions {
  return { positions: null, problem };
}
