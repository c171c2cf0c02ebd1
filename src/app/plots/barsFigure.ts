import { baseLayout, type Figure, type FigureColours } from './figure.js';
import { cell, type Column } from './table.js';

export interface BarsInput {
  /** A few words for saved files' names, and what the bars are, with the unit where there is one. */
  readonly name?: string;
  readonly title?: string;
  readonly quantity?: Column;
  readonly values: readonly number[];
  /** Number of the first bar on the axis. */
  readonly first: number;
  readonly axis: string;
  /** Hover text of a bar, with Plotly's %{x} and %{y}. */
  readonly hover: string;
  /** The bar that is marked; null for none. */
  readonly marked: number | null;
  readonly percent: boolean;
  readonly colours: FigureColours;
}

/** Values that are counted through, such as eigenvalues or layers. */
export function barsFigure(input: BarsInput): Figure {
  const { name, title, quantity, values, first, axis, hover, marked, percent, colours } = input;
  const plain = { showgrid: false, zeroline: false, fixedrange: true, linecolor: colours.line };
  return {
    ...(name && { name }),
    ...(title && { title }),
    table: {
      columns: [{ name: axis, unit: '' }, quantity ?? { name: 'value', unit: '' }],
      rows: values.map((value, index) => [index + first, cell(value)]),
    },
    data: [
      {
        type: 'bar',
        x: values.map((_, index) => index + first),
        y: values.map((value) => (Number.isFinite(value) ? value : null)),
        marker: { color: values.map((_, index) => (index + first === marked ? colours.accent : colours.mute)) },
        hovertemplate: `${hover}<extra></extra>`,
      },
    ],
    layout: {
      ...baseLayout(colours),
      margin: { l: 36, r: 6, t: 6, b: 32 },
      bargap: 0.25,
      xaxis: { ...plain, title: { text: axis, standoff: 4 }, tickformat: 'd', nticks: 9 },
      yaxis: { ...plain, rangemode: 'tozero', nticks: 4, ...(percent && { tickformat: '.0%' }) },
    },
  };
}
