import { baseLayout, plainText, type Figure, type FigureColours } from './figure.js';
import { cell } from './table.js';

export interface MatrixInput {
  /** A few words for saved files' names, and what the matrix is of. */
  readonly name?: string;
  readonly title?: string;
  /** [rows][columns]; NaN where there is nothing. The first row is drawn on top. */
  readonly values: readonly (readonly number[])[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** What a value is, for people: "cosine". */
  readonly quantity: string;
  /** The value of full colour; null: the largest absolute value. */
  readonly reach: number | null;
  readonly colours: FigureColours;
}

/** Values are printed in the cells of matrices up to this many rows and columns. */
const mostPrinted = 8;
/** Labels longer than this are cut; the whole name is in the hover text. */
const longestLabel = 18;

/** A signed matrix as a heat map, on a scale that is symmetric around 0. */
export function matrixFigure(input: MatrixInput): Figure {
  const { name, title, values, rows, columns, quantity, colours } = input;
  const largest = Math.max(0, ...values.flat().filter(Number.isFinite).map(Math.abs));
  const reach = input.reach ?? (largest || 1);
  const [rowNames, columnNames] = [rows.map(plainText), columns.map(plainText)];
  const z = values.map((row) => row.map((value) => (Number.isFinite(value) ? value : null)));
  return {
    ...(name && { name }),
    ...(title && { title }),
    table: {
      columns: [
        { name: 'row', unit: '' },
        { name: 'column', unit: '' },
        { name: quantity, unit: '' },
      ],
      rows: rows.flatMap((row, at) => columns.map((column, index) => [row, column, cell(values[at]?.[index])])),
    },
    data: [
      {
        type: 'heatmap',
        z,
        zmin: -reach,
        zmax: reach,
        zmid: 0,
        colorscale: [
          [0, colours.negative],
          [0.5, colours.card],
          [1, colours.positive],
        ],
        showscale: false,
        xgap: 1,
        ygap: 1,
        hoverongaps: false,
        customdata: rowNames.map((row) => columnNames.map((column) => `${row} · ${column}`)),
        ...(isPrinted(rows, columns) && { texttemplate: '%{z:+.2f}', textfont: { color: colours.ink } }),
        hovertemplate: `%{customdata}<br>${plainText(quantity)} %{z:+.3~g}<extra></extra>`,
      },
    ],
    layout: {
      ...baseLayout(colours),
      margin: { l: matrixLabelWidth(rows), r: 8, t: 6, b: matrixLabelHeight(columns) },
      xaxis: { ...axis(columnNames), tickangle: columns.some((it) => it.length > 3) ? -50 : 0 },
      yaxis: { ...axis(rowNames), autorange: 'reversed' },
    },
  };
}

function isPrinted(rows: readonly string[], columns: readonly string[]): boolean {
  return rows.length <= mostPrinted && columns.length <= mostPrinted;
}

/** Room for the names of the columns, in pixels: long ones stand at an angle of 50°. */
export function matrixLabelHeight(columns: readonly string[]): number {
  const longest = Math.min(longestLabel, Math.max(0, ...columns.map((column) => column.length)));
  return longest > 3 ? Math.ceil(20 + 5.4 * longest) : 24;
}

/** Room for the names of the rows, in pixels. */
export function matrixLabelWidth(rows: readonly string[]): number {
  return 14 + 6 * Math.min(longestLabel, Math.max(2, ...rows.map((row) => row.length)));
}

function axis(names: readonly string[]): object {
  const every = Math.ceil(names.length / 24);
  const shown = names.map((_, index) => index).filter((index) => index % every === 0);
  return {
    tickmode: 'array',
    tickvals: shown,
    ticktext: shown.map((index) => shortened(names[index]!)),
    ticks: '',
    showgrid: false,
    zeroline: false,
    fixedrange: true,
  };
}

function shortened(name: string): string {
  return name.length > longestLabel ? `${name.slice(0, longestLabel - 1)}…` : name;
}
