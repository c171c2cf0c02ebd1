import type { ScanQuantity } from '../../core/scan/figures.js';
import { plainText, baseLayout, tokenLabel, type Figure, type FigureColours } from './figure.js';
import { cell, type FigureTable } from './table.js';

export interface AlignmentInput {
  /** What each token adds to the text. */
  readonly pieces: readonly string[];
  /** [tokens][layers]; NaN where nothing was read. */
  readonly values: readonly (readonly number[])[];
  readonly layers: number;
  readonly quantity: ScanQuantity;
  readonly directionName: string;
  /** The layer the tints are read at; marked on the axis. */
  readonly layer: number;
  /** The value of full colour, either side of zero; left out: 1 for cosines, else what 98 % of the values stay within. */
  readonly reach?: number;
  readonly colours: FigureColours;
}

const titles = {
  alignment: 'Alignment (cosine) with',
  projection: 'Projection (dot product) with',
  score: 'Score (+1: its one side’s mean, −1: the other’s) along',
} as const;
const units = { alignment: 'cosine', projection: 'residual units', score: 'points' } as const;

/** Pixels a token's column takes at least; the plot grows with the text and its frame scrolls. */
const columnWidth = 18;
const margin = { l: 34, r: 10, t: 6, b: 66 };

export function alignmentWidth(tokens: number): number {
  return margin.l + margin.r + tokens * columnWidth;
}

/** Where a token's column is in a plot of a given width and number of layers, in pixels from its left top corner. */
export function columnBox(
  column: number,
  tokens: number,
  layers: number,
  width: number,
): { readonly left: number; readonly top: number; readonly width: number; readonly height: number } {
  const each = (width - margin.l - margin.r) / Math.max(1, tokens);
  const height = alignmentHeight(layers) - margin.t - margin.b;
  return { left: margin.l + column * each, top: margin.t, width: each, height };
}

/** Where the numbers of the layers stand: the room for them and each one's middle, in pixels from the plot's left top corner. */
export function layerAxis(
  layers: number,
  shown: number,
): { readonly width: number; readonly height: number; readonly marks: readonly { layer: number; top: number }[] } {
  const height = alignmentHeight(layers) - margin.t - margin.b;
  const marks = labelled(layers, shown).map((layer) => ({
    layer,
    top: margin.t + (layers - 0.5 - layer) * (height / layers),
  }));
  return { width: margin.l, height: margin.t + height, marks };
}

/** The layers that are numbered: a dozen at most, and always the one that is shown. */
function labelled(layers: number, shown: number): readonly number[] {
  const every = Math.ceil(layers / 12);
  return Array.from({ length: layers }, (_, layer) => layer).filter((layer) => layer % every === 0 || layer === shown);
}

export function alignmentHeight(layers: number): number {
  return margin.t + margin.b + Math.max(132, Math.min(420, layers * 22));
}

/** Layers × tokens, on a scale that is symmetric around zero. Layer 0 is at the bottom. */
export function alignmentFigure(input: AlignmentInput): Figure {
  const { pieces, values, layers, quantity, directionName, layer, colours } = input;
  const finite = values
    .flat()
    .filter(Number.isFinite)
    .map(Math.abs)
    .sort((a, b) => a - b);
  // The first token's residual is often far larger than all others: the scale leaves out the largest 2 %.
  const usual = quantity === 'alignment' ? 1 : (finite[Math.floor(finite.length * 0.98)] ?? 1) || 1;
  const reach = input.reach ?? usual;
  const z = Array.from({ length: layers }, (_, row) => values.map((token) => orNull(token[row])));
  const labels = pieces.map((piece) => tokenLabel(piece));
  const rows = labelled(layers, layer);
  return {
    name: `${quantity} ${directionName}`,
    title: `${titles[quantity]} ${directionName}, layers by tokens`,
    table: tableOf(input),
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
        text: z.map(() => labels),
        hovertemplate: `%{text} · layer %{y}<br>${quantity} with ${plainText(directionName)} %{z:+.2f}<extra></extra>`,
      },
    ],
    layout: {
      ...baseLayout(colours),
      margin,
      xaxis: {
        tickmode: 'array',
        tickvals: labels.map((_, index) => index),
        ticktext: labels,
        tickangle: -60,
        ticks: '',
        range: [-0.5, Math.max(labels.length, 1) - 0.5],
        showgrid: false,
        zeroline: false,
        fixedrange: true,
      },
      yaxis: {
        tickmode: 'array',
        ticks: '',
        tickvals: rows,
        ticktext: rows.map((row) => (row === layer ? `<b>▸ ${row}</b>` : `${row}`)),
        range: [-0.5, layers - 0.5],
        showgrid: false,
        zeroline: false,
        fixedrange: true,
      },
    },
  };
}

function tableOf({ pieces, values, layers, quantity }: AlignmentInput): FigureTable {
  return {
    columns: [
      { name: 'position', unit: '' },
      { name: 'token', unit: '' },
      { name: 'layer', unit: '' },
      { name: quantity, unit: units[quantity] },
    ],
    rows: pieces.flatMap((piece, position) =>
      Array.from({ length: layers }, (_, layer) => [position, piece, layer, cell(values[position]?.[layer])]),
    ),
  };
}

function orNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
