/** Where the steered and the unsteered reading of a text part: the first layer at which their lens predictions differ by more than is allowed. */
import type { LensGrid } from './predictions.js';

type Differences = Pick<LensGrid, 'kl' | 'layers' | 'positions'>;

/**
 * The first layer whose KL(steered ‖ baseline) at a position is above a threshold; null where none is.
 *
 * @param threshold nats
 */
export function partsAt({ kl, layers, positions }: Differences, position: number, threshold: number): number | null {
  for (let layer = 0; layer < layers; layer++) if (kl[layer * positions + position]! > threshold) return layer;
  return null;
}

/** The first layer whose KL, as a mean over all positions, is above a threshold; null where none is. */
export function partsOverall(differences: Differences, threshold: number): number | null {
  const at = meanKl(differences).findIndex((mean) => mean > threshold);
  return at < 0 ? null : at;
}

/** Mean KL over the positions, nats, [L]. */
export function meanKl({ kl, layers, positions }: Differences): readonly number[] {
  return Array.from({ length: layers }, (_, layer) => {
    const row = kl.subarray(layer * positions, (layer + 1) * positions);
    return row.reduce((sum, value) => sum + value, 0) / Math.max(1, positions);
  });
}
