import type { Band } from '../../core/statistics/band.js';
import { baseLayout, type Figure, type FigureColours } from './figure.js';
import { cell, type Column, type FigureTable } from './table.js';

export interface BandLine {
  readonly name: string;
  readonly bands: readonly Band[];
  readonly colour: string;
  readonly dash?: 'solid' | 'dash' | 'dot';
}

export interface BandsInput {
  readonly name: string;
  readonly title: string;
  readonly x: Column;
  readonly y: Column;
  /** Where each band stands; absent: 1, 2, 3 and so on. */
  readonly at?: readonly number[];
  readonly lines: readonly BandLine[];
  /** Absent: around the means and 0. What of the intervals lies outside is cut. */
  readonly range?: readonly [number, number];
  readonly log?: boolean;
  /** From the left edge up to here is shaded. */
  readonly shadedTo?: number;
  /** Points are drawn too, where there are few. */
  readonly points?: boolean;
  readonly colours: FigureColours;
}

/** Means with their 95 % intervals along something that is counted. */
export function bandsFigure(input: BandsInput): Figure {
  const { name, title, x, y, lines, log = false, shadedTo, points = false, colours } = input;
  const range = input.range ?? rangeOf(lines, log);
  const axis = { showgrid: false, zeroline: false, fixedrange: true, linecolor: colours.line, ticks: '' };
  const at = (index: number): number => input.at?.[index] ?? index + 1;
  return {
    name,
    title,
    table: tableOf(input, at),
    data: [
      ...lines.flatMap((line) => intervalTrace(line, at)),
      ...lines.map(({ name: own, bands, colour, dash = 'solid' }) => ({
        type: 'scatter',
        mode: points ? 'lines+markers' : 'lines',
        name: own,
        x: bands.map((_, index) => at(index)),
        y: bands.map(({ mean }) => cell(mean)),
        line: { color: colour, width: 1.8, dash },
        marker: { color: colour, size: 5 },
        hovertemplate: `${x.name} %{x}: %{y:.3~g}<extra>${own}</extra>`,
      })),
    ],
    layout: {
      ...baseLayout(colours),
      margin: { l: 44, r: 8, t: 8, b: 34 },
      showlegend: false,
      hovermode: 'closest',
      xaxis: { ...axis, title: { text: x.name, standoff: 4 }, nticks: 8, ...(input.at && { tickvals: input.at }) },
      yaxis: {
        ...axis,
        title: { text: y.unit === '' ? y.name : y.unit, standoff: 4 },
        nticks: 5,
        gridcolor: colours.line,
        showgrid: true,
        range,
        ...(log && { type: 'log', tickvals: [1, 2, 5, 10, 20, 50, 100, 1000, 10_000] }),
      },
      ...(shadedTo !== undefined && {
        shapes: [
          {
            type: 'rect',
            xref: 'x',
            yref: 'paper',
            x0: 0.5,
            x1: shadedTo + 0.5,
            y0: 0,
            y1: 1,
            line: { width: 0 },
            fillcolor: colours.line,
            opacity: 0.5,
            layer: 'below',
          },
        ],
      }),
    },
  };
}

/** From below the least mean to above the largest, 0 included; of a logarithmic axis the exponents, from 1. */
function rangeOf(lines: readonly BandLine[], log: boolean): readonly [number, number] {
  const means = lines.flatMap(({ bands }) => bands.map(({ mean }) => mean)).filter(Number.isFinite);
  const [least, most] = [Math.min(0, ...means), Math.max(0, ...means)];
  if (log) return [0, Math.log10(Math.max(2, most * 1.6))];
  const room = 0.35 * (most - least || 1);
  return [least < 0 ? least - room : 0, most + room];
}

/** The interval as one closed shape; nothing where a mean is of one text. */
function intervalTrace({ bands, colour }: BandLine, at: (index: number) => number): readonly object[] {
  const known = bands.flatMap(({ low, high }, index) =>
    Number.isFinite(low) && Number.isFinite(high) ? [{ x: at(index), low, high }] : [],
  );
  if (known.length < 2) return [];
  const back = known.toReversed();
  return [
    {
      type: 'scatter',
      mode: 'lines',
      x: [...known.map(({ x }) => x), ...back.map(({ x }) => x)],
      y: [...known.map(({ high }) => high), ...back.map(({ low }) => low)],
      fill: 'toself',
      fillcolor: colour,
      opacity: 0.16,
      line: { width: 0, color: colour },
      showlegend: false,
      hoverinfo: 'skip',
    },
  ];
}

function tableOf({ x, y, lines }: BandsInput, at: (index: number) => number): FigureTable {
  const length = Math.max(0, ...lines.map(({ bands }) => bands.length));
  return {
    columns: [
      x,
      ...lines.flatMap(({ name }) => [
        { name: `${y.name}, ${name}: mean`, unit: y.unit },
        { name: `${y.name}, ${name}: 95 % low`, unit: y.unit },
        { name: `${y.name}, ${name}: 95 % high`, unit: y.unit },
        { name: `${y.name}, ${name}: texts`, unit: '' },
      ]),
    ],
    rows: Array.from({ length }, (_, index) => [
      at(index),
      ...lines.flatMap(({ bands }) => {
        const { mean, low, high, count } = bands[index] ?? { mean: NaN, low: NaN, high: NaN, count: 0 };
        return [cell(mean), cell(low), cell(high), count];
      }),
    ]),
  };
}
