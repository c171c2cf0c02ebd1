import { shareInside, type PlanePoint } from '../../../../core/planes/plane.js';
import { layerOf, leastShare, tipOf, type DrawingPlace } from '../../../engine/drawing.js';
import { spanOn } from '../../../engine/plan.js';
import type { DirectionEntry, Directions } from '../../../stores/directions.js';

/** A direction as an arrow from the plane's origin. */
export interface Arrow {
  readonly entry: DirectionEntry;
  readonly tip: PlanePoint;
  /** ‖P v̂‖², 0…1 */
  readonly share: number;
  /** Whether it is added at this layer; others are drawn dashed. */
  readonly applied: boolean;
  readonly selected: boolean;
  /** Whether enough of it lies in the plane for its tip to be taken. */
  readonly holds: boolean;
}

/** Those that are on and the selected one, as far as they have a vector here; the selected one last, on top of the others. */
export function arrowsOf({ entries, selectedId }: Directions, place: DrawingPlace): readonly Arrow[] {
  const { stamp, wanted, plane } = place;
  const arrows = entries.flatMap<Arrow>((entry) => {
    const selected = entry.id === selectedId;
    const at = entry.enabled || selected ? layerOf(place, entry) : null;
    const tip = at && tipOf(place, entry);
    if (!at || !tip) return [];
    const [from, to] = spanOn(entry, stamp.layers);
    const applied = entry.enabled && from <= wanted.layer && wanted.layer <= to;
    const share = shareInside(plane, at.vector);
    return [{ entry, tip, share, applied, selected, holds: share >= leastShare }];
  });
  return arrows.sort((a, b) => Number(a.selected) - Number(b.selected));
}

/** Degrees from û towards ŵ, −180…180. */
export function angleOf({ x, y }: PlanePoint): number {
  return (Math.atan2(y, x) * 180) / Math.PI;
}
