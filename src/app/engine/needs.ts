import { operatorNamed } from '../../core/steering/index.js';
import type { ModelStamp } from '../../core/model.js';
import { fitFor, type DirectionEntry } from '../stores/directions.js';

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

/** What is worth knowing of an operator on this direction, though it can be applied. */
export function noteFor(entry: DirectionEntry, stamp: ModelStamp): string | null {
  const direction = fitFor(entry, stamp);
  if (entry.operator !== 'affine' || !direction || direction.layers.some(({ means }) => means)) return null;
  return 'This direction knows no mean of a negative side, so 0 stands in its place, as in Clamp. Fit it on contrast texts to get one.';
}
