import type { LayerDirection } from '../../core/directions/direction.js';
import { barsFigure } from './barsFigure.js';
import type { Figure, FigureColours } from './figure.js';
import { cell } from './table.js';

export interface HeldOutInput {
  /** The direction's. */
  readonly name: string;
  readonly layers: readonly LayerDirection[];
  /** The best layer. */
  readonly marked: number;
  readonly colours: FigureColours;
}

/** How well each layer separates held-out texts, as it is saved; the page draws its bars as buttons. */
export function heldOutFigure({ name, layers, marked, colours }: HeldOutInput): Figure {
  const most = Math.max(-1, ...layers.map(({ layer }) => layer));
  const at = new Map(layers.map((it) => [it.layer, it.separation]));
  const bars = barsFigure({
    name: `separation ${name}`,
    title: `Separation by layer of ${name}, AUC on held-out texts (0.5 is chance)`,
    quantity: { name: 'AUC', unit: 'share' },
    values: Array.from({ length: most + 1 }, (_, layer) => at.get(layer)?.auc ?? NaN),
    first: 0,
    axis: 'layer',
    hover: '',
    marked,
    percent: false,
    colours,
  });
  return {
    ...bars,
    table: {
      columns: [
        { name: 'layer', unit: '' },
        { name: 'AUC', unit: 'share' },
        { name: 'accuracy', unit: 'share' },
        { name: 'effect size', unit: 'standard deviations' },
      ],
      rows: layers.map(({ layer, separation }) => [
        layer,
        cell(separation?.auc),
        cell(separation?.accuracy),
        cell(separation?.effectSize),
      ]),
    },
  };
}
