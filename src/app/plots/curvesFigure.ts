import { baseLayout, plainText, type Figure, type FigureColours } from './figure.js';

export interface Curve {
  /** For people, in the hover text. */
  readonly name: string;
  /** One for each place; NaN where there is none. */
  readonly values: readonly number[];
  /** How far the whisker goes down from each value; absent: none. */
  readonly below?: readonly number[];
  /** 0…1: how strongly it is drawn. Absent: 1. */
  readonly weight?: number;
}

export interface CurvesInput {
  /** Names of the places along the axis, in order. */
  readonly places: readonly string[];
  readonly axis: string;
  /** What is drawn, with its unit. */
  readonly quantity: string;
  readonly curves: readonly Curve[];
  readonly percent: boolean;
  /** Both ends of the axis; null: from 0 as far as the values go. */
  readonly range: readonly [number, number] | null;
  readonly colours: FigureColours;
}

/** A few curves over named places: ranks, or layers. */
export function curvesFigure({ places, axis, quantity, curves, percent, range, colours }: CurvesInput): Figure {
  const plain = { showgrid: false, zeroline: false, fixedrange: true, linecolor: colours.line };
  return {
    data: curves.map(({ name, values, below, weight = 1 }) => ({
      type: 'scatter',
      mode: 'lines+markers',
      name: plainText(name),
      x: places,
      y: values.map(orNull),
      opacity: weight,
      line: { color: colours.accent, width: 1.6 },
      marker: { color: colours.accent, size: 5 },
      ...(below && {
        error_y: {
          type: 'data',
          symmetric: false,
          array: values.map(() => 0),
          arrayminus: below.map(orNull),
          color: colours.accent,
          thickness: 1.2,
          width: 3,
        },
      }),
      hovertemplate: `${plainText(name)}, ${axis} %{x}: %{y:${percent ? '.0%' : '.2f'}}<extra></extra>`,
    })),
    layout: {
      ...baseLayout(colours),
      margin: { l: 40, r: 8, t: 8, b: 32 },
      showlegend: false,
      hovermode: 'closest',
      xaxis: { ...plain, type: 'category', title: { text: axis, standoff: 4 }, tickangle: 0 },
      yaxis: {
        ...plain,
        title: { text: quantity, standoff: 2 },
        nticks: 4,
        ...(percent && { tickformat: '.0%' }),
        ...(range ? { range } : { rangemode: 'tozero' }),
      },
    },
  };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
