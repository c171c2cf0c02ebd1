/** How much is read at once: what is pasted may be a book. */
export const mostLines = 500;
/** About 8000 tokens of English. */
export const mostCharacters = 32_000;

export interface BoundedTexts {
  readonly texts: readonly string[];
  /** What was left out, for people; null when nothing was. */
  readonly note: string | null;
}

/** The text, or each of its lines that is not blank, from the beginning to where it becomes too much. */
export function boundedTexts(typed: string, byLine: boolean): BoundedTexts {
  if (!byLine) {
    if (typed.length <= mostCharacters) return { texts: [typed], note: null };
    const note = `Only the first ${mostCharacters} of ${typed.length} characters are read. Scan the rest as a text of its own.`;
    return { texts: [cutAt(typed, mostCharacters)], note };
  }
  const lines = typed.split(/\r?\n/).filter((line) => line.trim() !== '');
  const texts: string[] = [];
  let left = mostCharacters;
  for (const line of lines.slice(0, mostLines)) {
    // A first line that is too long by itself is cut, so that there is something to read.
    const text = texts.length === 0 ? cutAt(line, left) : line;
    if (text.length > left) break;
    texts.push(text);
    left -= text.length;
  }
  if (texts.length === lines.length && texts[0] === lines[0]) return { texts, note: null };
  const note = `Only the first ${texts.length} of ${lines.length} lines are read: at most ${mostLines} lines and ${mostCharacters} characters at once. Scan the rest by itself.`;
  return { texts, note };
}

/** Not between the halves of a character. */
function cutAt(text: string, characters: number): string {
  const isSplit = /[\uD800-\uDBFF]$/.test(text.slice(0, characters)) && text.length > characters;
  return text.slice(0, isSplit ? characters - 1 : characters);
}
