/** The table of what was shown, kept in test-results/families.json; scripts/families-table.mjs puts it into ARCHITECTURE.md. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

export interface Cell {
  readonly family: string;
  readonly exporter: string;
  readonly dtype: string;
  readonly device: string;
  /** `passed`, or why the device cannot run it. */
  readonly state: string;
  /** Largest relative error of residuals against PyTorch; null when it was not run. */
  readonly residuals: number | null;
}

const folder = new URL('../../../test-results/', import.meta.url);
const file = new URL('families.json', folder);

/** Adds cells to what other projects of the same run wrote. */
export function writeCells(cells: readonly Cell[]): void {
  if (cells.length === 0) return;
  mkdirSync(folder, { recursive: true });
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Cell[]) : [];
  const key = (cell: Cell) => [cell.family, cell.exporter, cell.dtype, cell.device].join(' ');
  const all = new Map([...before, ...cells].map((cell) => [key(cell), cell]));
  writeFileSync(file, `${JSON.stringify([...all.values()], null, 1)}\n`);
}
