import { printParseErrorCode, visit } from 'jsonc-parser';
import { SteerboardError } from '../errors.js';
import { columnNames, type TextRow, type TextTable } from './table.js';

const shapes =
  'Known are a list of texts, a list of pairs, a list of objects such as {"positive": …, "negative": …} or {"text": …, "label": …}, and an object of lists.';

/** @throws SteerboardError `document-invalid` with the place where the text stops being JSON, or with the shapes that are known. */
export function tableOfJson(text: string): TextTable {
  return tableOfValue(parsed(text, 1));
}

/** A JSON value on each line. @throws SteerboardError `document-invalid`, naming the line. */
export function tableOfJsonLines(text: string): TextTable {
  const values: unknown[] = [];
  const places: number[] = [];
  text.split(/\r\n?|\n/).forEach((line, index) => {
    if (line.trim() === '') return;
    values.push(parsed(line, index + 1));
    places.push(index + 1);
  });
  return { ...tableOfList(values, places), unit: 'line' };
}

function parsed(text: string, firstLine: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw brokenJson(text, firstLine);
  }
}

function brokenJson(text: string, firstLine: number): SteerboardError {
  const stop = whereJsonStops(text, firstLine);
  if (stop === 'too deep') return invalid('This is no JSON that can be read: it is nested too deeply.');
  if (stop === null) return invalid('This is not JSON.');
  const { says, line, column } = stop;
  return invalid(`This is not JSON ${says}. Correct it there.`, { line, column });
}

/** Ends the parser at the first error: a large text of another kind has very many. */
class FirstError extends Error {
  constructor(
    readonly code: number,
    readonly offset: number,
  ) {
    super();
  }
}

/**
 * Where a text stops being JSON, which `JSON.parse` does not say in every browser; null when it does not stop.
 *
 * @param firstLine number of the text's first line
 */
export function whereJsonStops(
  text: string,
  firstLine = 1,
): { readonly says: string; readonly line: number; readonly column: number } | 'too deep' | null {
  try {
    const onError = (code: number, offset: number): never => {
      throw new FirstError(code, offset);
    };
    visit(text, { onError }, { disallowComments: true });
    return null;
  } catch (error) {
    if (!(error instanceof FirstError)) return 'too deep';
    const { code, offset } = error;
    const before = text.slice(0, offset).split(/\r\n?|\n/);
    const line = firstLine + before.length - 1;
    const column = before.at(-1)!.length + 1;
    const found = text.slice(offset, offset + 20).split(/[\u0000-\u001f]/)[0]!;
    const what = words(printParseErrorCode(code));
    const says = `from line ${line}, character ${column} on${found === '' ? '' : ` (“${found}”)`}: ${what}`;
    return { says, line, column };
  }
}

/** `CommaExpected` → "comma expected". */
function words(code: string): string {
  return code.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

function tableOfValue(value: unknown): TextTable {
  if (Array.isArray(value)) return tableOfList(value);
  if (typeof value !== 'object' || value === null) throw invalid(`This JSON holds one value and no texts. ${shapes}`);
  const fields = Object.entries(value);
  if (fields.some(([key, item]) => key === 'format' && item === 'steerboard')) {
    throw invalid('This is a file of directions, not of texts. Close the editor and use “Import”.');
  }
  const lists = fields.filter((field): field is [string, unknown[]] => Array.isArray(field[1]));
  if (lists.length === 0) throw invalid(`This JSON holds no list of texts. ${shapes}`);
  if (lists.length === 1) return tableOfList(lists[0]![1]);
  return tableOfLists(lists);
}

/** `{"positive": […], "negative": […]}` with as many on both sides are pairs; other names are the labels of their texts. */
function tableOfLists(lists: readonly (readonly [string, readonly unknown[]])[]): TextTable {
  const names = lists.map(([name]) => name.toLowerCase());
  const sides = [columnNames.positive, columnNames.negative].map((known) =>
    names.findIndex((name) => (known as readonly string[]).includes(name)),
  );
  const [positive, negative] = sides.map((index) => lists[index]?.[1]);
  if (positive && negative && positive.length === negative.length) {
    const rows = positive.map((text, index) => ({
      place: index + 1,
      cells: [cellOf(text) ?? '', cellOf(negative[index]) ?? ''],
    }));
    return { columns: ['positive', 'negative'], rows, unit: 'item', named: true, notes: [] };
  }
  const rows = lists.flatMap(([name, texts]) =>
    texts.map((text, index) => ({ place: index + 1, cells: [cellOf(text) ?? '', name] })),
  );
  return { columns: ['text', 'label'], rows, unit: 'item', named: true, notes: [] };
}

function tableOfList(values: readonly unknown[], places = values.map((_, index) => index + 1)): TextTable {
  const first = values.find((value) => value !== null);
  if (first === undefined) throw invalid('This list is empty. Choose a file that has texts.');
  if (Array.isArray(first)) return tableOfArrays(values, places);
  if (typeof first === 'object') return tableOfObjects(values, places);
  const rows: TextRow[] = [];
  const odd: number[] = [];
  values.forEach((value, index) => {
    const cell = cellOf(value);
    if (cell === null) odd.push(places[index]!);
    else rows.push({ place: places[index]!, cells: [cell] });
  });
  return { columns: ['Text'], rows, unit: 'item', named: false, notes: leftOut(odd, 'no text') };
}

function tableOfArrays(values: readonly unknown[], places: readonly number[]): TextTable {
  const rows: TextRow[] = [];
  const odd: number[] = [];
  values.forEach((value, index) => {
    const cells = Array.isArray(value) ? value.map(cellOf) : [null];
    if (cells.length < 2 || cells.includes(null)) odd.push(places[index]!);
    else rows.push({ place: places[index]!, cells: cells as string[] });
  });
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  if (width < 2) throw invalid(`These lists are no pairs of texts. ${shapes}`);
  const columns = Array.from({ length: width }, (_, index) => `Column ${index + 1}`);
  const padded = rows.map(({ place, cells }) => ({ place, cells: columns.map((_, index) => cells[index] ?? '') }));
  return { columns, rows: padded, unit: 'item', named: false, notes: leftOut(odd, 'no pair of texts') };
}

function tableOfObjects(values: readonly unknown[], places: readonly number[]): TextTable {
  const columns = new Set<string>();
  const records = values.map((value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : null,
  );
  for (const record of records) {
    for (const [name, value] of record ?? []) if (cellOf(value) !== null) columns.add(name);
  }
  if (columns.size === 0) throw invalid(`These objects have no texts in their fields. ${shapes}`);
  const names = [...columns];
  const rows: TextRow[] = [];
  const odd: number[] = [];
  records.forEach((record, index) => {
    if (!record) odd.push(places[index]!);
    else rows.push({ place: places[index]!, cells: names.map((name) => cellOf(record.get(name)) ?? '') });
  });
  return { columns: names, rows, unit: 'item', named: true, notes: leftOut(odd, 'no object as the others') };
}

/** Texts, and numbers and truth values as labels have them; null for anything else. */
function cellOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function leftOut(places: readonly number[], what: string): readonly string[] {
  if (places.length === 0) return [];
  const some = places.slice(0, 5).join(', ');
  const more = places.length > 5 ? ` and ${places.length - 5} more` : '';
  return [`Left out, since they are ${what}: ${places.length === 1 ? 'item' : 'items'} ${some}${more}.`];
}

function invalid(message: string, fields: Readonly<Record<string, number>> = {}): SteerboardError {
  return new SteerboardError('document-invalid', message, fields);
}
