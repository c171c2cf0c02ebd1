/** Texts as they stand in a file or on the clipboard: rows with columns, before it is said which of them is what. */
export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly TextRow[];
  /** What `place` of a row counts, for people. */
  readonly unit: 'line' | 'item';
  /** Whether the columns' names are the file's own. */
  readonly named: boolean;
  /** What was left out on the way, a sentence each. */
  readonly notes: readonly string[];
}

export interface TextRow {
  /** Where the row begins, counted from 1. */
  readonly place: number;
  /** One for each column; empty where the row has none. */
  readonly cells: readonly string[];
}

/** Column names that say what is in them, lower case. */
export const columnNames = {
  positive: ['positive', 'pos', 'answer_matching_behavior', 'chosen', 'positive_text', 'positive_prompt'],
  negative: ['negative', 'neg', 'answer_not_matching_behavior', 'rejected', 'negative_text', 'negative_prompt'],
  text: ['text', 'statement', 'sentence', 'prompt', 'content', 'texts'],
  label: ['label', 'labels', 'class', 'category', 'emotion', 'sentiment', 'target'],
  question: ['question'],
} as const;
export type ColumnRole = keyof typeof columnNames;

/** The first column that has one of the names of a role, or −1. */
export function columnFor(role: ColumnRole, columns: readonly string[]): number {
  return columns.findIndex((column) => isName(role, column));
}

function isName(role: ColumnRole, column: string): boolean {
  return (columnNames[role] as readonly string[]).includes(column.trim().toLowerCase());
}

const isAnyName = (cell: string): boolean => Object.keys(columnNames).some((role) => isName(role as ColumnRole, cell));

/** Whether a table's first row holds names and not texts. */
export function looksNamed(first: readonly string[]): boolean {
  return first.some(isAnyName);
}

/** A table of cells as a reader of CSV gives them. @param named Whether the first row holds the columns' names. */
export function tableOfCells(rows: readonly TextRow[], named: boolean): TextTable {
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const first = named ? rows[0] : undefined;
  const columns = Array.from({ length: width }, (_, index) => first?.cells[index]?.trim() || `Column ${index + 1}`);
  const body = named ? rows.slice(1) : rows;
  const padded = body.map(({ place, cells }) => ({
    place,
    cells: Array.from({ length: width }, (_, index) => cells[index] ?? ''),
  }));
  return { columns, rows: padded, unit: 'line', named, notes: [] };
}

/** One text a line. Blank lines stay, so that what is said of them later names their line. */
export function tableOfLines(text: string): TextTable {
  const lines = text.split(/\r\n?|\n/);
  while (lines.length > 0 && lines.at(-1)!.trim() === '') lines.pop();
  const rows = lines.map((line, index) => ({ place: index + 1, cells: [line] }));
  return { columns: ['Text'], rows, unit: 'line', named: false, notes: [] };
}
