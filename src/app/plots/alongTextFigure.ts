import { baseLayout, tokenLabel, type Figure, type FigureColours } from './figure.js';
import { cell, type FigureTable } from './table.js';

export interface AlongTextInput {
  readonly pieces: { readonly baseline: readonly string[]; readonly steered: readonly string[] };
  /** Alignment of every token at the shown layer; NaN where it was not read. */
  readonly baseline: readonly number[];
  readonly steered: readonly number[];
  readonly promptLength: number;
  /** What is read, and where. */
  readonly directionName: string;
  readonly layer: number;
  readonly colours: FigureColours;
}

/** Alignment at one layer along both texts. */
export function alongTextFigure(input: AlongTextInput): Figure {
  const { pieces, baseline, steered, promptLength, directionName, layer, colours } = input;
  const line = (name: string, values: readonly number[], tokens: readonly string[], color: string): object => ({
    type: 'scatter',
    mode: 'lines',
    name,
    x: values.map((_, index) => index),
    y: values.map((value) => (Number.isFinite(value) ? value : null)),
    text: tokens.map((piece) => tokenLabel(piece)),
    line: { color, width: 1.6 },
    hovertemplate: `%{text} %{y:+.2f}<extra>${name}</extra>`,
  });
  const axis = { showgrid: false, zeroline: false, fixedrange: true, linecolor: colours.line };
  return {
    name: `alignment along text ${directionName} layer ${layer}`,
    title: `Alignment (cosine) with ${directionName} at layer ${layer} along the texts`,
    table: tableOf(input),
    data: [
      line('baseline', baseline, pieces.baseline, colours.mute),
      line('steered', steered, pieces.steered, colours.accent),
    ],
    layout: {
      ...baseLayout(colours),
      margin: { l: 32, r: 6, t: 6, b: 30 },
      showlegend: false,
      hovermode: 'closest',
      xaxis: { ...axis, title: { text: 'token', standoff: 4 } },
      yaxis: {
        ...axis,
        range: [-1.05, 1.05],
        tickvals: [-1, 0, 1],
        ticktext: ['−1', '0', '+1'],
        zeroline: true,
        zerolinecolor: colours.line,
      },
      shapes: [
        {
          type: 'rect',
          x0: -0.5,
          x1: promptLength - 0.5,
          y0: -1.05,
          y1: 1.05,
          line: { width: 0 },
          fillcolor: colours.line,
          opacity: 0.35,
          layer: 'below',
        },
      ],
    },
  };
}

function tableOf({ pieces, baseline, steered, promptLength }: AlongTextInput): FigureTable {
  const rows = (text: 'baseline' | 'steered', values: readonly number[]) =>
    values.map((value, position) => [
      text,
      position,
      pieces[text][position] ?? null,
      position < promptLength ? 'prompt' : 'generated',
      cell(value),
    ]);
  return {
    columns: [
      ...['text', 'position', 'token', 'part'].map((name) => ({ name, unit: '' })),
      { name: 'alignment', unit: 'cosine' },
    ],
    rows: [...rows('baseline', baseline), ...rows('steered', steered)],
  };
}
