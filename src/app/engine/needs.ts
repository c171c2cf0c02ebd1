import { operatorNamed } from '../../core/steering/index.js';
import type { ModelStamp } from '../../core/model.js';
import { layersText } from '../look/numbers.js';
import { fitFor, type DirectionEntry, type LayerSpan } from '../stores/directions.js';
import { spanOn, termsOf } from './plan.js';

/**
 * What an operator needs and a direction does not have on this model, and how to get it; null when it can be applied. It steers
 * nothing as long as something is missing.
 *
 * @param entries all directions, where the second one is looked up
 */
export function missingFor(
  entry: DirectionEntry,
  entries: readonly DirectionEntry[],
  stamp: ModelStamp,
): string | null {
  const { label, needs } = operatorNamed(entry.operator);
  if (needs.includes('second')) {
    const second = entries.find(({ id }) => id === entry.secondId && id !== entry.id);
    if (!second) {
      return entries.length > 1
        ? `${label} takes two directions. Choose the second one.`
        : `${label} takes two directions. Make another one first.`;
    }
    if (!fitFor(second, stamp)) {
      return `${second.name || 'The second direction'} is not fitted on ${stamp.id}. Fit it, or choose another one.`;
    }
  }
  if (needs.includes('transport') && !fitFor(entry, stamp)?.layers.some(({ transport }) => transport)) {
    return `${label} needs a map from the negative to the positive side. Open the contrast texts, choose the method “Linear transport” and fit again.`;
  }
  return null;
}

/**
 * Why a direction that has what its operator needs does nothing all the same: "not applied: no vector at layer 6"; null when
 * it does something.
 */
export function notApplied(
  entry: DirectionEntry,
  entries: readonly DirectionEntry[],
  stamp: ModelStamp,
): string | null {
  if (!fitFor(entry, stamp) || missingFor(entry, entries, stamp) !== null) return null;
  const span = spanOn(entry, stamp.layers);
  if (!reachOn(entry, stamp)) return `not applied: no vector at ${layersText(span)}`;
  const terms = termsOf({ ...entry, enabled: true }, entries, stamp);
  if (terms.length === 0) return 'not applied: nothing to read for its condition';
  if (terms.some(({ sites }) => sites.length > 0)) return null;
  const second = entries.find(({ id }) => id === entry.secondId);
  return `not applied: ${second?.name || 'the second direction'} has no vector at ${layersText(span)}`;
}

/** The layers from the first to the last at which it is applied and has a vector; null where it has none. */
export function reachOn(entry: DirectionEntry, stamp: ModelStamp): LayerSpan | null {
  const [from, to] = spanOn(entry, stamp.layers);
  const layers = (fitFor(entry, stamp)?.layers ?? [])
    .map(({ layer }) => layer)
    .filter((layer) => layer >= from && layer <= to);
  return layers.length > 0 ? [Math.min(...layers), Math.max(...layers)] : null;
}

/** What is worth knowing of an operator on this direction, though it can be applied. */
export function noteFor(entry: DirectionEntry, stamp: ModelStamp): string | null {
  const direction = fitFor(entry, stamp);
  if (entry.operator !== 'affine' || !direction || direction.layers.some(({ means }) => means)) return null;
  return 'This direction knows no mean of a negative side, so 0 stands in its place, as in Clamp. Fit it on contrast texts to get one.';
}
