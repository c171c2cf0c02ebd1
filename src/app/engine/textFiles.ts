/** Reads files and pasted text that hold contrast texts: CSV, TSV, JSON, JSON lines, and plain lists. */
import Papa from 'papaparse';
import { SteerboardError } from '../../core/errors.js';
import { tableOfJson, tableOfJsonLines } from '../../core/texts/json.js';
import { looksNamed, tableOfCells, tableOfLines, type TextRow, type TextTable } from '../../core/texts/table.js';

/** Larger files are refused before they are read; a thousand texts of a page each are 4 MB. */
export const largestTextFile = 32 * 2 ** 20;

/** How a text is taken apart. `lines`: one text a line, whatever is in it. */
export type TextShape = 'json' | 'json-lines' | 'table' | 'lines';

const endings: Readonly<Record<string, TextShape>> = {
  csv: 'table',
  tsv: 'table',
  tab: 'table',
  json: 'json',
  jsonl: 'json-lines',
  ndjson: 'json-lines',
};
const delimiters = ['\t', ',', ';', '|'];

/** Whether a file's name says that it holds texts and nothing else that the page reads. */
export function isTextFile(name: string): boolean {
  return /\.(csv|tsv|tab|jsonl|ndjson|txt)$/i.test(name);
}

/** @throws SteerboardError `document-invalid` when it is too large or not text, `file-unreadable` when it cannot be read. */
export async function textOfFile(file: File): Promise<string> {
  if (file.size > largestTextFile) {
    const message = `${file.name} is ${Math.round(file.size / 1e6)} MB; a file of texts has at most ${Math.round(largestTextFile / 1e6)}. Take a part of it.`;
    throw new SteerboardError('document-invalid', message, { bytes: file.size });
  }
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    const message = `${file.name} cannot be read: it was moved, or the browser may not open it. Choose it again.`;
    throw new SteerboardError('file-unreadable', message);
  }
  return decoded(bytes, file.name);
}

/** UTF-8, or UTF-16 by its mark, as spreadsheets write "Unicode text". */
function decoded(bytes: Uint8Array, name: string): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (text.includes('\0')) throw new TypeError('binary');
    return text;
  } catch {
    const message = `${name} is not text in UTF-8. Save it as UTF-8 (in a spreadsheet: “CSV UTF-8”), and open it again.`;
    throw new SteerboardError('document-invalid', message);
  }
}

/** By the name's ending, else by how the text begins. */
export function shapeOf(text: string, name: string | null): TextShape {
  const named = endings[/\.([^.]+)$/.exec(name ?? '')?.[1]?.toLowerCase() ?? ''];
  if (named) return named;
  // `[INST] …` begins a text, `["…` and `[{…` a list.
  if (/^\uFEFF?\s*\[\s*["[{\]]/.test(text)) return 'json';
  if (/^\uFEFF?\s*\{\s*["}]/.test(text)) return /\}\s*\n\s*\{/.test(text) ? 'json-lines' : 'json';
  return looksLikeTable(text) ? 'table' : 'lines';
}

/** A header that is known, columns made by tabs, or cells that are all quoted; a comma alone also stands in sentences. */
function looksLikeTable(text: string): boolean {
  const { data, meta } = firstRows(withoutMark(text));
  const width = data[0]?.length ?? 0;
  if (width < 2) return false;
  if (looksNamed(data[0]!)) return true;
  const even = data.every((row) => row.length === width);
  return even && (meta.delimiter === '\t' || /^\s*"/.test(withoutMark(text)));
}

/** The reader guesses the delimiter from whole rows only when blank lines are left out. */
function firstRows(text: string): Papa.ParseResult<string[]> {
  return Papa.parse<string[]>(text, { preview: 20, skipEmptyLines: 'greedy', delimitersToGuess: delimiters });
}

/** @param named Whether the first row of a table holds names; null: by whether it looks so. @throws SteerboardError `document-invalid` */
export function tableOf(text: string, shape: TextShape, named: boolean | null): TextTable {
  const plain = withoutMark(text);
  switch (shape) {
    case 'json':
      return tableOfJson(plain);
    case 'json-lines':
      return tableOfJsonLines(plain);
    case 'lines':
      return tableOfLines(plain);
    case 'table': {
      const rows = rowsOf(plain);
      return tableOfCells(rows, named ?? looksNamed(rows[0]?.cells ?? []));
    }
  }
}

/** The rows of a table that are not blank, each with the line it begins in: quoted cells may have lines of their own. */
function rowsOf(text: string): readonly TextRow[] {
  const rows: TextRow[] = [];
  let line = 1;
  let read = 0;
  Papa.parse<string[]>(text, {
    delimiter: firstRows(text).meta.delimiter,
    step: ({ data, errors, meta }, parser) => {
      if (errors[0]?.type === 'Quotes') {
        parser.abort();
        throw brokenQuotes(line);
      }
      if (data.some((cell) => cell.trim() !== '')) rows.push({ place: line, cells: data });
      line += lineEnds(text.slice(read, meta.cursor));
      read = meta.cursor;
    },
  });
  return rows;
}

function lineEnds(part: string): number {
  return part.match(/\r\n?|\n/g)?.length ?? 0;
}

function brokenQuotes(line: number): SteerboardError {
  const message = `The quotes are broken in the row that begins at line ${line}: a cell in quotes needs one at its end, and a quote within is written twice (""). Correct it there, or read it as one text a line.`;
  return new SteerboardError('document-invalid', message, { line });
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
