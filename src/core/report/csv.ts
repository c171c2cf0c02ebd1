import { unparse } from 'papaparse';
import type { Table } from './report.js';

/** Comma-separated values with a header; the unit stands in the column's name. Lines end as RFC 4180 says. */
export function csvOf({ columns, rows }: Table): string {
  const header = columns.map(({ name, unit }) => (unit === '' ? name : `${name} (${unit})`));
  // What a spreadsheet would take for a formula is a text here: tokens may begin with any sign.
  return unparse([header, ...rows.map((row) => [...row])], { escapeFormulae: true });
}
