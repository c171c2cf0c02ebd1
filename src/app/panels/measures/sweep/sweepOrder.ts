/** In which order a sweep's points are listed. */
import type { Toward } from '../../../../core/sweeps/index.js';
import { stateRank } from './sweepBest.js';
import type { SweepRow } from './sweepRows.js';

export type SweepColumn = 'what' | 'layers' | 'strength' | 'effect' | 'cost' | 'state' | 'texts';

export interface SweepOrder {
  readonly by: SweepColumn;
  readonly down: boolean;
}

/** Within range first, broken last. */
export const firstOrder: SweepOrder = { by: 'state', down: false };

/** Points that are equal in the column stand with the most of what is wanted first. */
export function inOrder(rows: readonly SweepRow[], order: SweepOrder, toward: Toward): readonly SweepRow[] {
  const effect: SweepOrder = { by: 'effect', down: toward === 'more' };
  return [...rows].sort((a, b) => compare(a, b, order) || compare(a, b, effect));
}

function compare(a: SweepRow, b: SweepRow, { by, down }: SweepOrder): number {
  const [first, second] = [valueOf(a, by), valueOf(b, by)];
  // What has no figure stands last either way.
  if (Number.isNaN(first) || Number.isNaN(second)) return Number(Number.isNaN(first)) - Number(Number.isNaN(second));
  const sign = down ? -1 : 1;
  return sign * (typeof first === 'string' ? first.localeCompare(String(second)) : first - Number(second));
}

const kindWords = { steered: 'steered', baseline: 'no steering' } as const;

/** "steered", "random 1", "instruction". */
export function whatOf({ setting, label }: SweepRow): string {
  if (setting.kind === 'steered' || setting.kind === 'baseline') return kindWords[setting.kind];
  return label.split(',')[0] ?? label;
}

function valueOf(row: SweepRow, by: SweepColumn): number | string {
  const { setting, point, judgement } = row;
  switch (by) {
    case 'what':
      return whatOf(row);
    case 'layers':
      return setting.layers ? setting.layers[0] + setting.layers[1] / 1e6 : NaN;
    case 'strength':
      return setting.layers ? setting.strength : NaN;
    case 'state':
      return stateRank[judgement.verdict];
    case 'effect':
    case 'cost':
    case 'texts':
      return point[by];
  }
}
