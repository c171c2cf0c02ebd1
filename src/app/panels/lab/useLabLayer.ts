import { spanOn } from '../../engine/plan.js';
import { useLab } from '../../stores/lab.js';
import { useSelected } from '../selected.js';

/** The layer that the lab looks at, 0-based. */
export function useLabLayer(): number {
  const chosen = useLab((state) => state.layer);
  const selected = useSelected();
  if (!selected) return chosen ?? 0;
  const { layers } = selected.direction.model;
  return Math.min(chosen ?? spanOn(selected.entry, layers)[1], layers - 1);
}
