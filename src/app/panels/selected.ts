import { useMemo } from 'react';
import { bestLayer } from '../../core/directions/best-layer.js';
import type { FittedDirection } from '../../core/directions/direction.js';
import { fitEntryFor, selectedEntry, useDirections, type DirectionEntry } from '../stores/directions.js';
import { useSession } from '../stores/session.js';
import { useView } from '../stores/view.js';

/** The direction that the tints and plots are about. */
export interface Selected {
  readonly entry: DirectionEntry;
  readonly direction: FittedDirection;
  /** Id of its probe in the texts' readouts. */
  readonly version: string;
  /** The layer that is shown. */
  readonly layer: number;
  /** Whether the layer was chosen or is the usual one. */
  readonly layerChosen: boolean;
  readonly best: number;
}

/** Null while nothing is selected or it has no fit for the loaded model. */
export function useSelected(): Selected | null {
  const entry = useDirections(selectedEntry);
  const loaded = useSession((state) => state.loaded);
  const chosen = useView((state) => state.layer);
  return useMemo(() => {
    const fit = entry && fitEntryFor(entry, loaded?.stamp);
    if (!entry || !fit || !loaded) return null;
    const { layers } = loaded.shape;
    return {
      entry,
      direction: fit.direction,
      version: fit.version,
      // At the layers it is added at, a direction lifts every token alike; at the last one its effect has become the text's.
      // A neuron has a vector at one layer only.
      layer: chosen === null ? (fit.direction.layers.at(-1)?.layer ?? layers - 1) : Math.min(chosen, layers - 1),
      layerChosen: chosen !== null,
      best: bestLayer(fit.direction.layers) ?? 0,
    };
  }, [entry, loaded, chosen]);
}
