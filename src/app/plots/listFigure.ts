import { signedNumber } from '../look/numbers.js';
import { baseLayout, plainText, type Figure, type FigureColours } from './figure.js';
import type { FigureTable } from './table.js';

export interface ListInput {
  readonly name: string;
  readonly title: string;
  /** What stands before each bar, from the top down. */
  readonly labels: readonly string[];
  /** NaN where there is none. */
  readonly values: readonly number[];
  readonly table: FigureTable;
  readonly colours: FigureColours;
}

const longestLabel = 48;
const margin = { r: 12, t: 6, b: 26 };
const labelWidth = (labels: readonly string[]): number =>
  14 + Math.ceil(5.8 * Math.min(longestLabel, Math.max(4, ...labels.map((label) => label.length))));

/** Pixels that a list takes. */
export function listSize(labels: readonly string[]): { readonly width: number; readonly height: number } {
  return { width: labelWidth(labels) + 300, height: margin.t + margin.b + 20 * Math.max(1, labels.length) };
}

/** A list with its numbers as bars to either side of zero. For saving; the page has the list. */
export function listFigure({ name, title, labels, values, table, colours }: ListInput): Figure {
  const reach = Math.max(...values.filter(Number.isFinite).map(Math.abs), 1e-9);
  const plain = { showgrid: false, fixedrange: true, ticks: '' };
  return {
    name,
    title,
    table,
    data: [
      {
        type: 'bar',
        orientation: 'h',
        x: values.map((value) => (Number.isFinite(value) ? value : null)),
        y: labels.map((_, index) => index),
        marker: { color: values.map((value) => (value < 0 ? colours.negative : colours.positive)) },
        text: values.map((value) => signedNumber(value)),
        texttemplate: '%{text}',
        textposition: 'outside',
        cliponaxis: false,
        textfont: { color: colours.ink },
        hoverinfo: 'skip',
      },
    ],
    layout: {
      ...baseLayout(colours),
      margin: { ...margin, l: labelWidth(labels) },
      bargap: 0.35,
      xaxis: { ...plain, zeroline: true, zerolinecolor: colours.line, range: [-1.25 * reach, 1.25 * reach], nticks: 5 },
      yaxis: {
        ...plain,
        zeroline: false,
        tickmode: 'array',
        tickvals: labels.map((_, index) => index),
        ticktext: labels.map((label) =>
          plainText(label.length > longestLabel ? `${label.slice(0, longestLabel - 1)}…` : label),
        ),
        range: [labels.length - 0.5, -0.5],
      },
    },
  };
}
