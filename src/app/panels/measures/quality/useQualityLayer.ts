import { spanOn } from '../../../engine/plan.js';
import { useQuality } from '../../../stores/quality.js';
import type { Selected } from '../../selected.js';

/** The layer whose figures are said in words: the chosen one, else the last that the direction is applied at; one that it has a vector at. */
export function useQualityLayer({ entry, direction }: Selected): number {
  const chosen = useQuality((state) => state.layer);
  const wanted = chosen ?? spanOn(entry, direction.model.layers)[1];
  const layers = direction.layers.map(({ layer }) => layer);
  return layers.reduce(
    (best, layer) => (Math.abs(layer - wanted) < Math.abs(best - wanted) ? layer : best),
    layers[0] ?? 0,
  );
}
