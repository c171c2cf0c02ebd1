import { SteerboardError } from '../../core/errors.js';

/** Milliseconds after the answer, and after each event that is later still, in which the next one has to come. */
const patience = 10_000;

/**
 * Waits for a call and for the last of its events: they come by a port of their own, so they may arrive after the answer.
 *
 * @param ask begins the call, with where its events go
 * @param take takes in some events and says how many of those that are waited for were among them
 * @param awaited how many must come before the call counts as done
 * @throws what `take` throws, which nobody else hears of; `unexpected` where the answer came and events that belong to it did not
 */
export async function collectEvents<Event, Result>(
  ask: (onEvents: (events: readonly Event[]) => void) => Promise<Result>,
  take: (events: readonly Event[]) => number,
  awaited: number,
): Promise<Result> {
  let left = awaited;
  let failure: { readonly error: unknown } | null = null;
  /** Something came. */
  let hear = (): void => undefined;
  const result = await ask((events) => {
    try {
      left -= take(events);
    } catch (error) {
      failure ??= { error };
    }
    hear();
  });
  while (left > 0 && failure === null) {
    const heard = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), patience);
      hear = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
    if (!heard) throw unfinished(left, awaited);
  }
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
  return result;
}

function unfinished(left: number, awaited: number): SteerboardError {
  return new SteerboardError(
    'unexpected',
    `The engine says that it is done, but ${left} of ${awaited} results did not come. Those that came are kept. Start it again.`,
    { left, awaited },
  );
}
