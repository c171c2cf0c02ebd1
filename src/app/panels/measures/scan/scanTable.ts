import { scoreOf } from '../../../../core/scan/figures.js';
import type { ScanDirection, Scanned } from './useScanned.js';

type Cell = string | number | null;

/** Everything that was read, one row for a token, a layer and a direction; empty where there is no such number. */
export function scanTable(
  { texts, probes }: Scanned,
  directions: readonly Pick<ScanDirection, 'name' | 'version' | 'means'>[],
  layers: number,
): { readonly fields: string[]; readonly data: Cell[][] } {
  const fields = [
    'text',
    'position',
    'token_id',
    'token',
    'special',
    'layer',
    'residual_norm',
    'direction',
    'projection',
    'cosine',
    'score',
  ];
  const finite = (value: number): Cell => (Number.isFinite(value) ? value : null);
  const data = texts.flatMap(({ text, norms, projections }, index) =>
    text.ids.flatMap((id, position) =>
      Array.from({ length: layers }, (_, layer) => layer).flatMap((layer) =>
        directions.map(({ name, version, means }): Cell[] => {
          const at = position * layers + layer;
          const norm = norms[at]!;
          const projection = projections[probes.indexOf(version) * norms.length + at]!;
          const token = [index + 1, position, id, text.pieces[position]!, text.special[position] ? 1 : 0];
          const score = scoreOf(projection, means[layer] ?? null);
          return [...token, layer, norm, name, finite(projection), finite(projection / norm), finite(score)];
        }),
      ),
    ),
  );
  return { fields, data };
}
