/** A figure's numbers as a table, and the table as a file. */
import Papa from 'papaparse';
import type { Figure } from './figure.js';

export interface Column {
  readonly name: string;
  /** Such as "nats"; empty for names and numbers that have none. */
  readonly unit: string;
}

/** What stands in a cell; null where there is no value. */
export type Cell = string | number | null;

export interface FigureTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A number as a cell: what is not finite is not there. */
export function cell(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
}

/** The figure's own table, or what its traces hold: x, y and the value of each point, with the trace's name. */
export function tableOf({ table, data }: Figure): FigureTable {
  if (table) return table;
  const columns = ['trace', 'x', 'y', 'value'].map((name) => ({ name, unit: '' }));
  return { columns, rows: data.flatMap((trace, index) => rowsOf(trace as Trace, index)) };
}

/** What is read of a trace, whatever its type. */
interface Trace {
  readonly name?: string;
  readonly x?: ArrayLike<unknown>;
  readonly y?: ArrayLike<unknown>;
  readonly z?: readonly ArrayLike<unknown>[];
}

function rowsOf({ name, x, y, z }: Trace, index: number): readonly (readonly Cell[])[] {
  const own = name ?? `trace ${index + 1}`;
  if (z) {
    return z.flatMap((row, at) =>
      Array.from(row, (value, column) => [own, asCell(x?.[column] ?? column), asCell(y?.[at] ?? at), asCell(value)]),
    );
  }
  return Array.from({ length: Math.max(x?.length ?? 0, y?.length ?? 0) }, (_, at) => [
    own,
    asCell(x?.[at] ?? at),
    asCell(y?.[at]),
    null,
  ]);
}

function asCell(value: unknown): Cell {
  return typeof value === 'string' ? value : typeof value === 'number' ? cell(value) : null;
}

/**
 * RFC 4180 with a line of names. A text that a spreadsheet would run as a formula gets an apostrophe in front, since names and
 * tokens may be anybody's; JSON has it as it is.
 */
export function csvOf({ columns, rows }: FigureTable): string {
  const names = columns.map(({ name, unit }) => (unit === '' ? name : `${name} (${unit})`));
  return `${Papa.unparse({ fields: names, data: rows.map((row) => [...row]) }, { escapeFormulae: true })}\r\n`;
}

export function jsonOf({ columns, rows }: FigureTable, title = ''): string {
  return `${JSON.stringify({ ...(title !== '' && { title }), columns, rows }, null, 1)}\n`;
}
