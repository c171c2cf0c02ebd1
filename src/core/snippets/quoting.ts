/** Texts of users in programs: whatever they hold, they stay texts. */

/**
 * Control characters, line separators and marks that turn the direction of writing, which would make a program read otherwise
 * than it runs.
 */
const unprintable = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** A Python string literal. JSON's escapes are Python's too, single surrogates included. */
export function pythonText(text: string): string {
  return JSON.stringify(text).replace(unprintable, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function pythonNumber(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : String(value);
  if (Number.isNaN(value)) return 'float("nan")';
  return value > 0 ? 'float("inf")' : 'float("-inf")';
}

/** A word of a POSIX shell. It has no way to write the character 0, which no text of a model has. */
export function shellWord(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", "'\\''")}'`;
}

/** For behind "# ": one line, at most 200 characters. */
export function commentText(text: string): string {
  const line = text.replace(/[\u0000-\u001f]+/g, ' ').replace(unprintable, ' ');
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
