import { baseLayout, type Figure, type FigureColours } from './figure.js';
import { cell } from './table.js';

export interface DriftInput {
  readonly name: string;
  readonly title: string;
  /** Mean drift, [tokens][layers]. */
  readonly values: readonly (readonly number[])[];
  readonly layers: number;
  /** Layers that the plan changes; marked on the axis. */
  readonly steered: readonly number[];
  readonly colours: FigureColours;
}

/** The largest drift that the scale of the colours has; it says so in the legend of a saved picture. */
export function driftReach(values: DriftInput['values']): number {
  return Math.max(0, ...values.flat().filter(Number.isFinite)) || 1;
}

/** How far each layer's residual moved at each generated token. Layer 0 is at the bottom. */
export function driftFigure({ name, title, values, layers, steered, colours }: DriftInput): Figure {
  const all = Array.from({ length: layers }, (_, layer) => layer);
  const every = Math.ceil(layers / 12);
  const shown = all.filter((layer) => layer % every === 0 || steered.includes(layer));
  const axis = { showgrid: false, zeroline: false, fixedrange: true, ticks: '' };
  return {
    name,
    title,
    table: {
      columns: [
        { name: 'generated token', unit: '' },
        { name: 'layer', unit: '' },
        { name: 'residual drift', unit: 'share of the norm' },
        { name: 'plan acts at the layer', unit: '' },
      ],
      rows: values.flatMap((token, at) =>
        all.map((layer) => [at + 1, layer, cell(token[layer]), steered.includes(layer) ? 'yes' : 'no']),
      ),
    },
    data: [
      {
        type: 'heatmap',
        x: values.map((_, at) => at + 1),
        y: all,
        z: all.map((layer) => values.map((token) => cell(token[layer]))),
        zmin: 0,
        zmax: driftReach(values),
        colorscale: [
          [0, colours.card],
          [1, colours.accent],
        ],
        showscale: false,
        hoverongaps: false,
        hovertemplate: 'token %{x} · layer %{y}<br>drift %{z:.3f}<extra></extra>',
      },
    ],
    layout: {
      ...baseLayout(colours),
      margin: { l: 44, r: 8, t: 8, b: 34 },
      xaxis: { ...axis, title: { text: 'generated token', standoff: 4 }, nticks: 8 },
      yaxis: {
        ...axis,
        title: { text: 'layer', standoff: 4 },
        tickmode: 'array',
        tickvals: shown,
        ticktext: shown.map((layer) => (steered.includes(layer) ? `<b>▸ ${layer}</b>` : `${layer}`)),
        range: [-0.5, layers - 0.5],
      },
    },
  };
}
