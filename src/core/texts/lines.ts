/**
 * Contrast texts as they are typed: one text a line. A line break within a text is written {@link breakMark}, so that texts
 * of several lines have a line as well.
 */
export const breakMark = '↵';

/** A text with the line that it was typed in, counted from 1. */
export interface TypedText {
  readonly line: number;
  readonly text: string;
}

/** The texts of a side, blank lines left out. */
export function typedTexts(side: string): readonly TypedText[] {
  return side
    .split('\n')
    .map((line, index) => ({ line: index + 1, text: line.replaceAll(breakMark, '\n') }))
    .filter(({ text }) => text.trim() !== '');
}

/** The line that a text is typed as. */
export function lineOf(text: string): string {
  return text.replace(/\r\n?|\n/g, breakMark);
}

/** A side as it would have been typed. */
export function sideOf(texts: readonly string[]): string {
  return texts.map(lineOf).join('\n');
}
