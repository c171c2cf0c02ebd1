/** Tokens as people read them, where each stands by itself. */

/** A token's piece with its spaces and line ends made visible; a token without a piece is a part of a character. */
export function shownPiece(piece: string): string {
  if (piece === '') return '∅';
  const marked = piece.replaceAll('\n', '↵').replaceAll('\t', '⇥');
  return marked.trim() === '' ? marked.replaceAll(' ', '␣') : marked.trim();
}
