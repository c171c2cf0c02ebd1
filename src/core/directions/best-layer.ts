import type { LayerDirection } from './direction.js';

/** What is asked of a layer. */
type Separated = Pick<LayerDirection, 'layer' | 'separation'>;

/** AUCs closer than this are not told apart: with the few texts people write, several layers often reach 1. */
const sameAuc = 1e-9;

/**
 * The layer whose direction separates held-out texts best: the highest AUC, of equal ones the largest effect size, of
 * equal ones the lowest layer. Reading is not steering: the layer that separates best is a good place to begin, not a
 * proof that steering works best there.
 *
 * @returns the 0-based layer; the one in the middle when none has a separation; null when there are no layers.
 */
export function bestLayer(layers: readonly Separated[]): number | null {
  let best: Separated | null = null;
  for (const candidate of layers) {
    if (candidate.separation === null || Number.isNaN(candidate.separation.auc)) continue;
    if (best === null || separatesBetter(candidate, best)) best = candidate;
  }
  return (best ?? layers[Math.floor((layers.length - 1) / 2)])?.layer ?? null;
}

function separatesBetter(candidate: Separated, best: Separated): boolean {
  const gain = candidate.separation!.auc - best.separation!.auc;
  if (Math.abs(gain) > sameAuc) return gain > 0;
  return effectOf(candidate) > effectOf(best);
}

function effectOf({ separation }: Separated): number {
  return separation === null || Number.isNaN(separation.effectSize) ? -Infinity : separation.effectSize;
}
