import type { PlanePoint } from '../../core/planes/plane.js';
import { cell, type Cell, type FigureTable } from './table.js';

export interface PlaneContents {
  /** What the axes are. */
  readonly names: readonly [string, string];
  readonly texts: { readonly positive: readonly PlanePoint[]; readonly negative: readonly PlanePoint[] };
  readonly tokens: Readonly<Record<'baseline' | 'steered', TokensInPlane>>;
  readonly arrows: readonly { readonly name: string; readonly tip: PlanePoint }[];
}

interface TokensInPlane {
  readonly pieces: readonly string[];
  readonly points: readonly PlanePoint[];
}

/** Everything that the plane shows, a row each, in units of the residual stream from the plane's origin. */
export function planeTable({ names, texts, tokens, arrows }: PlaneContents): FigureTable {
  const row = (kind: string, index: number, name: Cell, { x, y }: PlanePoint): readonly Cell[] => {
    return [kind, index, name, cell(x), cell(y)];
  };
  return {
    columns: [
      ...['kind', 'index', 'name'].map((name) => ({ name, unit: '' })),
      ...names.map((name) => ({ name, unit: 'residual units' })),
    ],
    rows: [
      ...texts.positive.map((point, index) => row('positive text', index, null, point)),
      ...texts.negative.map((point, index) => row('negative text', index, null, point)),
      ...(['baseline', 'steered'] as const).flatMap((text) =>
        tokens[text].points.map((point, index) =>
          row(`${text} token`, index, tokens[text].pieces[index] ?? null, point),
        ),
      ),
      ...arrows.map(({ name, tip }, index) => row('arrow', index, name, tip)),
    ],
  };
}
