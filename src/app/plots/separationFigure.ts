import type { DrawsBand, Interval } from '../../core/measures/index.js';
import { baseLayout, type Figure, type FigureColours } from './figure.js';

export interface SeparationInput {
  /** 0-based, ascending. */
  readonly layers: readonly number[];
  /** One a layer, as are the others; NaN where nothing can be held out. */
  readonly values: readonly number[];
  readonly intervals: readonly (Interval | null)[];
  readonly random: readonly (DrawsBand | null)[];
  readonly shuffled: readonly (DrawsBand | null)[];
  /** What is shown, with its unit: "AUC", "Cohen’s d (standard deviations)". */
  readonly quantity: string;
  /** What says nothing: 0.5 of AUC and accuracy, 0 of an effect size. */
  readonly chance: number;
  /** Both ends of the axis; null: as far as the values go. */
  readonly range: readonly [number, number] | null;
  /** The layer that is looked at; its mark is larger. */
  readonly marked: number;
  readonly colours: FigureColours;
}

/** A figure of held-out separation by layer with whiskers, over what random directions and shuffled sides reach. */
export function separationFigure(input: SeparationInput): Figure {
  const { layers, values, intervals, random, shuffled, quantity, chance, range, marked, colours } = input;
  const axis = { showgrid: false, zeroline: false, fixedrange: true, linecolor: colours.line };
  const low = values.map((value, at) => orNull(value - (intervals[at]?.low ?? NaN)));
  const high = values.map((value, at) => orNull((intervals[at]?.high ?? NaN) - value));
  const says = layers.map((_, at) => {
    const it = intervals[at];
    return it ? ` [${it.low.toFixed(2)}, ${it.high.toFixed(2)}]` : '';
  });
  return {
    data: [
      ...band('random directions', layers, random, { fill: colours.mute, dash: 'solid' }),
      ...band('shuffled sides', layers, shuffled, { fill: null, line: colours.mute, dash: 'dot' }),
      {
        type: 'scatter',
        mode: 'lines+markers',
        name: 'direction',
        x: layers,
        y: values.map(orNull),
        text: says,
        line: { color: colours.accent, width: 1.6 },
        marker: { color: colours.accent, size: layers.map((layer) => (layer === marked ? 10 : 6)) },
        error_y: {
          type: 'data',
          symmetric: false,
          array: high,
          arrayminus: low,
          color: colours.accent,
          thickness: 1.2,
          width: 3,
        },
        hovertemplate: `layer %{x}: ${quantity} %{y:.2f}%{text}<extra></extra>`,
      },
    ],
    layout: {
      ...baseLayout(colours),
      margin: { l: 40, r: 8, t: 8, b: 32 },
      showlegend: false,
      hovermode: 'closest',
      xaxis: { ...axis, title: { text: 'layer', standoff: 4 }, tickformat: 'd', nticks: 13 },
      yaxis: { ...axis, title: { text: quantity, standoff: 2 }, nticks: 5, ...(range && { range }) },
      shapes: [
        {
          type: 'line',
          xref: 'paper',
          x0: 0,
          x1: 1,
          y0: chance,
          y1: chance,
          line: { color: colours.line, width: 1, dash: 'dash' },
          layer: 'below',
        },
      ],
    },
  };
}

/** Two edges, the space between them filled or not. */
function band(
  name: string,
  layers: readonly number[],
  bands: readonly (DrawsBand | null)[],
  look: { readonly fill: string | null; readonly line?: string; readonly dash: string },
): readonly object[] {
  if (bands.every((it) => it === null)) return [];
  const edge = (key: 'low' | 'high', fill: boolean): object => ({
    type: 'scatter',
    mode: 'lines',
    name,
    x: layers,
    y: bands.map((it) => orNull(it?.[key] ?? NaN)),
    line: { color: look.line ?? 'rgba(0,0,0,0)', width: look.line ? 1.2 : 0, dash: look.dash },
    ...(fill && look.fill && { fill: 'tonexty', fillcolor: withAlpha(look.fill, 0.22) }),
    hovertemplate: `layer %{x}: ${name} ${key === 'high' ? 'up' : 'down'} to %{y:.2f}<extra></extra>`,
  });
  return [edge('low', false), edge('high', true)];
}

/** @param colour `#rrggbb` */
function withAlpha(colour: string, alpha: number): string {
  const part = (at: number): number => parseInt(colour.slice(at, at + 2), 16);
  return `rgba(${part(1)},${part(3)},${part(5)},${alpha})`;
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
