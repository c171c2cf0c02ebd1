import { unparse } from 'papaparse';
import type { Table } from './report.js';

/** Comma-separated values with a header; the unit stands in the column's name. Lines end as RFC 4180 says. */
export function csvOf({ columns, rows }: Table): string {
  return [...csvInPieces(columns, [rows])].join('');
}

/** The same, the header first and then as the rows come, for tables that are too long to be written at once. */
export function* csvInPieces(columns: Table['columns'], pieces: Iterable<Table['rows']>): Generator<string, void> {
  const header = columns.map(({ name, unit }) => (unit === '' ? name : `${name} (${unit})`));
  // What a spreadsheet would take for a formula is a text here: tokens may begin with any sign.
  const lines = (rows: Table['rows']) =>
    unparse(
      rows.map((row) => [...row]),
      { escapeFormulae: true },
    );
  yield lines([header]);
  for (const rows of pieces) if (rows.length > 0) yield `\r\n${lines(rows)}`;
}
