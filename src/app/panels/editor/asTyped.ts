import type { ErrorData } from '../../../core/errors.js';
import type { TypedText } from '../../../core/texts/lines.js';
import type { SideName } from '../../../core/texts/problems.js';

/** The worker counts texts, and the user lines: where blank lines stand between, its message names the line as typed. */
export function asTyped(error: ErrorData, typed: (side: SideName) => readonly TypedText[]): ErrorData {
  const { side, line } = error.fields;
  if ((side !== 'positive' && side !== 'negative') || typeof line !== 'number') return error;
  return { ...error, message: messageAsTyped(error.message, line, typed(side)[line - 1]?.line ?? line) };
}

/** @param text The text's number, from 1. @param line The line it was typed in. */
export function messageAsTyped(message: string, text: number, line: number): string {
  return message.replace(new RegExp(`^Line ${text} `), `Line ${line} `);
}
