/** Export of directions, to files of any format. */
import { toErrorData } from '../../core/errors.js';
import { formats, type Board, type Format, type WriteOptions, type WrittenFile } from '../../core/formats/index.js';
import { clearProblem, reportProblem } from '../stores/status.js';
import { boardOf } from './board.js';
import { call } from './connection.js';

export function formatNamed(name: string): Format {
  return formats.find((format) => format.name === name) ?? formats[0]!;
}

/** The whole board as Steerboard JSON. */
export function downloadBoard(): void {
  attempt(() => download(formatNamed('steerboard').write(boardOf(null), { magnitude: 'natural' })));
}

/** @returns whether it was written; what went wrong is reported. */
export function downloadAs(format: Format, board: Board, options: WriteOptions): boolean {
  return attempt(() => download(format.write(board, options)));
}

function attempt(act: () => void): boolean {
  try {
    act();
    clearProblem('file');
    return true;
  } catch (error) {
    reportProblem({ about: 'file', error: toErrorData(error) });
    return false;
  }
}

function download(files: readonly WrittenFile[]): void {
  for (const { fileName, mediaType, content } of files) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([content], { type: mediaType }));
    link.download = fileName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}

/** Ids of the model's special tokens, as far as an empty text and the prompt have them. */
export async function specialTokens(prompt: Board['prompt']): Promise<readonly number[]> {
  const texts = await Promise.all(
    ['', prompt ?? ''].map((text) => call((api) => api.tokenize(text)).catch(() => ({ ids: [], special: [] }))),
  );
  const found = texts.flatMap(({ ids, special }) => ids.filter((_, index) => special[index]));
  return [...new Set(found)];
}
