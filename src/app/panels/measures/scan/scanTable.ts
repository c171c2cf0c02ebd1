import type { Table } from '../../../../core/report/report.js';
import { scoreOf } from '../../../../core/scan/figures.js';
import type { ScanDirection, Scanned } from './useScanned.js';

export const scanColumns: Table['columns'] = [
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
].map((name) => ({ name, unit: '' }));

/** Rows of a piece, at least: a few milliseconds of work. */
const pieceRows = 2000;

/** Everything that was read, one row for a token, a layer and a direction, in pieces; null where there is no such number. */
export function* scanPieces(
  { texts, probes }: Scanned,
  directions: readonly Pick<ScanDirection, 'name' | 'version' | 'means'>[],
  layers: number,
): Generator<Table['rows'], void> {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const read = directions.map((direction) => ({ ...direction, probe: probes.indexOf(direction.version) }));
  let rows: (string | number | null)[][] = [];
  for (const [index, { text, norms, projections }] of texts.entries()) {
    for (const [position, id] of text.ids.entries()) {
      const token = [index + 1, position, id, text.pieces[position]!, text.special[position] ? 1 : 0];
      for (let layer = 0; layer < layers; layer++) {
        const at = position * layers + layer;
        const norm = norms[at]!;
        for (const { name, means, probe } of read) {
          const projection = projections[probe * norms.length + at]!;
          const score = scoreOf(projection, means[layer] ?? null);
          rows.push([...token, layer, norm, name, finite(projection), finite(projection / norm), finite(score)]);
        }
      }
      if (rows.length < pieceRows) continue;
      yield rows;
      rows = [];
    }
  }
  yield rows;
}
