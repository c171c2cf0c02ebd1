import { baseLayout, plainText, type Figure, type FigureColours } from './figure.js';
import { layerColours } from './layerColours.js';

/** A point as it is drawn. */
export interface EffectCostPoint {
  /** What a click names it by. */
  readonly key: string;
  readonly kind: 'steered' | 'random' | 'prompt' | 'baseline';
  /** For people: "layer 3, strength +0.50". */
  readonly label: string;
  readonly effect: number;
  /** Nats a token. */
  readonly cost: number;
  readonly interval: readonly [number, number] | null;
}

export interface EffectCostInput {
  /** One curve a layer or span, its points in the order of their strengths. */
  readonly curves: readonly { readonly name: string; readonly points: readonly EffectCostPoint[] }[];
  /** What is no curve: the baseline, wishes in words, random directions. */
  readonly others: readonly EffectCostPoint[];
  /** In ascending order of cost. */
  readonly frontier: readonly EffectCostPoint[];
  /** Nats a token that count as safe. */
  readonly budget: number;
  /** What the effect is, with its unit. */
  readonly effect: string;
  /** The point whose texts are shown. */
  readonly chosen: string | null;
  readonly colours: FigureColours;
}

/** More curves than this have no legend: their colours run from the first layer to the last. */
const mostNamed = 10;
/** Costs that are numbered, nats a token. */
const ticks = [0, 0.05, 0.2, 0.5, 1, 2, 4, 8, 16];

const symbols = { steered: 'circle', random: 'x-thin', prompt: 'square', baseline: 'diamond' } as const;
const othersNames = { random: 'random directions', prompt: 'in words', baseline: 'no steering' } as const;

/**
 * Effect against cost. Costs stand on a square-root scale: what is safe takes room, what is broken stays in sight, and 0 has a
 * place.
 */
export function effectCostFigure(input: EffectCostInput): Figure {
  const { curves, others, frontier, budget, effect, chosen, colours } = input;
  const shades = layerColours(curves.length, colours);
  const named = curves.length <= mostNamed;
  const trace = (points: readonly EffectCostPoint[], more: object): object => ({
    type: 'scatter',
    x: points.map(({ cost }) => place(cost)),
    y: points.map((point) => orNull(point.effect)),
    customdata: points.map(({ key }) => key),
    text: points.map(hoverText),
    hovertemplate: '%{text}<extra></extra>',
    ...more,
  });
  const all = [...curves.flatMap(({ points }) => points), ...others];
  const marked = all.filter(({ key }) => key === chosen);
  const kinds = ['random', 'prompt', 'baseline'] as const;
  const costs = all.map(({ cost }) => cost).filter(Number.isFinite);
  const most = place(Math.max(budget, ...costs)) * 1.06;
  return {
    data: [
      trace(frontier, {
        mode: 'lines',
        name: 'frontier',
        hoverinfo: 'skip',
        hovertemplate: undefined,
        line: { color: colours.ink, width: 6, shape: 'hv' },
        opacity: 0.25,
      }),
      ...curves.map(({ name, points }, index) =>
        trace(points, {
          mode: 'lines+markers',
          name: plainText(name),
          showlegend: named,
          line: { color: shades[index], width: 1.4 },
          marker: { color: shades[index], size: 7 },
        }),
      ),
      ...kinds.flatMap((kind) => {
        const points = others.filter((point) => point.kind === kind);
        if (points.length === 0) return [];
        return [
          trace(points, {
            mode: 'markers',
            name: othersNames[kind],
            marker: {
              symbol: symbols[kind],
              size: kind === 'random' ? 8 : 10,
              color: kind === 'random' ? colours.mute : colours.ink,
              line: { color: colours.mute, width: kind === 'random' ? 1.6 : 0 },
            },
          }),
        ];
      }),
      trace(marked, {
        mode: 'markers',
        name: 'shown',
        showlegend: false,
        marker: { symbol: 'circle-open', size: 16, color: colours.ink, line: { width: 2 } },
      }),
    ],
    layout: {
      ...baseLayout(colours),
      margin: { l: 46, r: 10, t: 8, b: 36 },
      hovermode: 'closest',
      showlegend: true,
      legend: { orientation: 'h', x: 0, y: 1.02, yanchor: 'bottom', font: { size: 10.5 } },
      xaxis: {
        range: [-0.03 * most, most],
        tickmode: 'array',
        tickvals: ticks.map(place),
        ticktext: ticks.map(String),
        title: { text: 'cost: KL from the unsteered model, nats a token', standoff: 4 },
        gridcolor: colours.line,
        zeroline: false,
        fixedrange: true,
      },
      yaxis: {
        title: { text: plainText(effect), standoff: 4 },
        gridcolor: colours.line,
        zeroline: true,
        zerolinecolor: colours.line,
        zerolinewidth: 2,
        nticks: 7,
        fixedrange: true,
      },
      shapes: [
        {
          type: 'line',
          x0: place(budget),
          x1: place(budget),
          yref: 'paper',
          y0: 0,
          y1: 1,
          line: { color: colours.mute, width: 1, dash: 'dot' },
        },
      ],
      annotations: [
        {
          x: place(budget),
          yref: 'paper',
          y: 0,
          yanchor: 'bottom',
          xanchor: 'right',
          text: 'safe',
          showarrow: false,
          font: { size: 10.5, color: colours.mute },
        },
      ],
    },
  };
}

function place(cost: number): number {
  return Math.sqrt(Math.max(0, cost));
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function hoverText({ label, effect, cost, interval }: EffectCostPoint): string {
  const signed = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(2)}`.replace('-', '−');
  const range = interval ? ` (${signed(interval[0])} to ${signed(interval[1])})` : '';
  return `${plainText(label)}<br>effect ${signed(effect)}${range}<br>cost ${cost.toFixed(2)} nats a token`;
}
