/** A figure's numbers as a table, and the table as a file. */
import type { Table } from '../../core/report/index.js';
import type { Figure } from './figure.js';

/** As reports have it. */
export type FigureTable = Table;
export type Column = Table['columns'][number];
/** What stands in a cell; null where there is no value. */
export type Cell = Table['rows'][number][number];

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

/** The table with its columns' names and units, as it is. */
export function jsonOf({ columns, rows }: FigureTable, title = ''): string {
  return `${JSON.stringify({ ...(title !== '' && { title }), columns, rows }, null, 1)}\n`;
}
