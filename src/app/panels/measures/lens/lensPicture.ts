/** The lens as a figure and as data, of what is shown. */
import { partsAt } from '../../../../core/lens/parting.js';
import type { LensSide } from '../../../../core/lens/predictions.js';
import { lensFigure } from '../../../plots/lensFigure.js';
import type { Figure, FigureColours } from '../../../plots/figure.js';
import { cell, type FigureTable } from '../../../plots/table.js';
import type { Lens } from '../../../stores/lens.js';
import type { SeenText } from './useLensReport.js';

/** KL of full colour, nats: what the grid tints nearly fully. */
const fullKl = 3;

const quantities = {
  baseline: 'probability of the likeliest token, baseline',
  steered: 'probability of the likeliest token, steered',
  difference: 'KL(steered ‖ baseline), nats',
} as const;

export function lensPicture(
  seen: SeenText,
  { shows, threshold }: Pick<Lens, 'shows' | 'threshold'>,
  colours: FigureColours,
): Figure {
  const { report, tokens } = seen;
  const { layers, positions, candidates, from, baseline, steered, kl, pieces } = report;
  const side = shows === 'baseline' ? baseline : steered;
  const grid = <Value>(of: (cell: number) => Value): Value[][] =>
    Array.from({ length: layers }, (_, layer) =>
      Array.from({ length: positions }, (_, column) => of(layer * positions + column)),
    );
  return lensFigure({
    name: `logit lens ${shows}`,
    title: `Logit lens, ${shows}: the likeliest token of each layer (up) before each token of the text (across); tint: ${quantities[shows]}; framed: where the two part, above ${threshold} nats`,
    pieces: Array.from({ length: positions }, (_, column) => tokens[from + column]?.piece ?? ''),
    from,
    likeliest: grid((at) => pieces.get(side.ids[at * candidates]!) ?? ''),
    values: grid((at) => (shows === 'difference' ? kl[at]! : side.probabilities[at * candidates]!)),
    quantity: quantities[shows],
    most: shows === 'difference' ? fullKl : 1,
    parting: Array.from({ length: positions }, (_, column) => partsAt(report, column, threshold)),
    table: lensTable(seen),
    colours,
  });
}

/** One row a layer and token, with the candidates of both states. */
export function lensTable({ report, tokens }: SeenText): FigureTable {
  const { layers, positions, candidates, from, baseline, steered, kl, pieces } = report;
  const sides = [
    ['baseline', baseline],
    ['steered', steered],
  ] as const;
  const plain = (name: string, unit = '') => ({ name, unit });
  const places = Array.from({ length: candidates }, (_, place) => place);
  return {
    columns: [
      ...[plain('position'), plain('token'), plain('layer'), plain('KL(steered ‖ baseline)', 'nats')],
      ...sides.flatMap(([name]) => [
        plain(`${name}: rank of the token`),
        plain(`${name}: log-probability of the token`, 'nats'),
        plain(`${name}: entropy`, 'nats'),
        ...places.flatMap((place) => [
          plain(`${name}: candidate ${place + 1}`),
          plain(`${name}: probability of candidate ${place + 1}`),
        ]),
      ]),
    ],
    rows: Array.from({ length: positions }, (_, column) => column).flatMap((column) =>
      Array.from({ length: layers }, (_, layer) => {
        const at = layer * positions + column;
        const of = ({ ids, probabilities, ranks, logProbabilities, entropies }: LensSide) => [
          ranks[at]!,
          cell(logProbabilities[at]),
          cell(entropies[at]),
          ...places.flatMap((place) => [
            pieces.get(ids[at * candidates + place]!) ?? '',
            cell(probabilities[at * candidates + place]),
          ]),
        ];
        return [
          from + column,
          tokens[from + column]?.piece ?? '',
          layer,
          cell(kl[at]),
          ...sides.flatMap(([, side]) => of(side)),
        ];
      }),
    ),
  };
}
