/** Export of directions, to files of any format. */
import { toErrorData } from '../../core/errors.js';
import { formats, type Board, type Format, type WriteOptions, type WrittenFile } from '../../core/formats/index.js';
import { fileSize } from '../look/numbers.js';
import { clearProblem, reportProblem } from '../stores/status.js';
import { boardOf } from './board.js';
import { call } from './connection.js';

export function formatNamed(name: string): Format {
  return formats.find((format) => format.name === name) ?? formats[0]!;
}

/** A file as the browser was given it. */
export interface SavedFile {
  readonly name: string;
  readonly bytes: number;
}

/** The whole board as Steerboard JSON. @returns as {@link downloadAs} */
export function downloadBoard(): readonly SavedFile[] | null {
  return attempt(() => download(formatNamed('steerboard').write(boardOf(null), { magnitude: 'natural' })));
}

/** @returns what was written; null when it was not, and what went wrong is reported. */
export function downloadAs(format: Format, board: Board, options: WriteOptions): readonly SavedFile[] | null {
  return attempt(() => download(format.write(board, options)));
}

function attempt<Done>(act: () => Done): Done | null {
  try {
    const done = act();
    clearProblem('file');
    return done;
  } catch (error) {
    reportProblem({ about: 'file', error: toErrorData(error) });
    return null;
  }
}

export function download(files: readonly WrittenFile[]): readonly SavedFile[] {
  return files.map(({ fileName, mediaType, content }) => {
    const blob = new Blob([content], { type: mediaType });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = fileName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    return { name: fileName, bytes: blob.size };
  });
}

/** What was saved, for people. */
export function savedWords(files: readonly SavedFile[]): string {
  return `Saved ${files.map(({ name, bytes }) => `${name}, ${bytes < 1000 ? `${bytes} bytes` : fileSize(bytes)}`).join('; ')}.`;
}

/** Ids of the model's special tokens, as far as an empty text and the prompt have them. */
export async function specialTokens(prompt: Board['prompt']): Promise<readonly number[]> {
  const texts = await Promise.all(
    ['', prompt ?? ''].map((text) => call((api) => api.tokenize(text)).catch(() => ({ ids: [], special: [] }))),
  );
  const found = texts.flatMap(({ ids, special }) => ids.filter((_, index) => special[index]));
  return [...new Set(found)];
}
