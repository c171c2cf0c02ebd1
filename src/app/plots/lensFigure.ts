import { baseLayout, plainText, tokenLabel, type Figure, type FigureColours } from './figure.js';
import type { FigureTable } from './table.js';

export interface LensInput {
  readonly name: string;
  readonly title: string;
  /** The text's tokens, and the position of the first of them. */
  readonly pieces: readonly string[];
  readonly from: number;
  /** The likeliest token of each layer at each place, [L][P]. */
  readonly likeliest: readonly (readonly string[])[];
  /** What the tint stands for, [L][P], and where it is full. */
  readonly values: readonly (readonly number[])[];
  readonly quantity: string;
  readonly most: number;
  /** The layer at which the two states part, by place; null: nowhere. [P] */
  readonly parting: readonly (number | null)[];
  readonly table: FigureTable;
  readonly colours: FigureColours;
}

const margin = { l: 30, r: 8, t: 6, b: 66 };
/** Pixels of a column, as far as the picture does not grow wider than a browser draws. */
const columnWidth = 58;
const widest = 7000;
/** Columns that are narrower have no room for words. */
const narrowest = 30;

const widthOfColumn = (tokens: number): number => Math.min(columnWidth, widest / Math.max(1, tokens));

/** Pixels that a lens of so many tokens and layers takes. */
export function lensSize(tokens: number, layers: number): { readonly width: number; readonly height: number } {
  return {
    width: Math.round(margin.l + margin.r + Math.max(4, tokens) * widthOfColumn(tokens)),
    height: margin.t + margin.b + 22 * layers,
  };
}

/** The logit lens: layers × tokens, the last layer on top, each cell with its likeliest token. For saving; the page draws a grid. */
export function lensFigure(input: LensInput): Figure {
  const { name, title, pieces, from, likeliest, values, quantity, most, parting, table, colours } = input;
  const labels = pieces.map((piece) => tokenLabel(piece, 9));
  const hasWords = widthOfColumn(pieces.length) >= narrowest;
  const plain = { ticks: '', showgrid: false, zeroline: false, fixedrange: true, tickmode: 'array' };
  return {
    name,
    title,
    table,
    data: [
      {
        type: 'heatmap',
        z: values.map((row) => row.map((value) => (Number.isFinite(value) ? value : null))),
        zmin: 0,
        zmax: most,
        colorscale: [
          [0, colours.card],
          [1, colours.accent],
        ],
        // Words stay readable on the full colour.
        opacity: 0.55,
        showscale: false,
        xgap: 1,
        ygap: 1,
        hoverongaps: false,
        text: likeliest.map((row) => row.map((piece) => tokenLabel(piece, 9))),
        ...(hasWords && { texttemplate: '%{text}', textfont: { color: colours.ink, size: 10 } }),
        hovertemplate: `%{text} · layer %{y}<br>${plainText(quantity)} %{z:.3g}<extra></extra>`,
      },
    ],
    layout: {
      ...baseLayout(colours),
      margin,
      xaxis: {
        ...plain,
        tickvals: labels.map((_, at) => at),
        ticktext: hasWords ? labels : labels.map((_, at) => String(from + at)),
        tickangle: -60,
        range: [-0.5, Math.max(labels.length, 1) - 0.5],
      },
      yaxis: {
        ...plain,
        tickvals: likeliest.map((_, layer) => layer),
        ticktext: likeliest.map((_, layer) => String(layer)),
        range: [-0.5, likeliest.length - 0.5],
      },
      shapes: parting.flatMap((layer, at) =>
        layer === null
          ? []
          : [
              {
                type: 'rect',
                ...{ x0: at - 0.48, x1: at + 0.48, y0: layer - 0.46, y1: layer + 0.46 },
                line: { color: colours.ink, width: 1.5 },
              },
            ],
      ),
    },
  };
}
