/** Why long work ended before it was done. */
import { isCancelled, SteerboardError, toErrorData, type ErrorData } from '../../core/errors.js';
import { useSession } from '../stores/session.js';

/**
 * What to say of work that rejected. Opening another model, or the same one again, ends the worker, and its calls are cancelled without
 * anybody having asked for that.
 *
 * @param epoch of the model that it was begun on
 * @returns null where the user cancelled it
 */
export function whyInterrupted(error: unknown, epoch: number): ErrorData | null {
  if (!isCancelled(error)) return toErrorData(error);
  if (useSession.getState().epoch === epoch) return null;
  return toErrorData(
    new SteerboardError('unexpected', 'A model was opened meanwhile, and this ran on the one before.'),
  );
}
