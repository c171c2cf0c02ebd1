/**
 * Waits for a call and for the last of its events: they come by a port of their own, so they may arrive after the answer.
 *
 * @param ask begins the call, with where its events go
 * @param take takes in some events and says how many of those that are waited for were among them
 * @param awaited how many must come before the call counts as done
 */
export async function collectEvents<Event, Result>(
  ask: (onEvents: (events: readonly Event[]) => void) => Promise<Result>,
  take: (events: readonly Event[]) => number,
  awaited: number,
): Promise<Result> {
  let left = awaited;
  let allCame = (): void => undefined;
  const came = new Promise<void>((resolve) => (allCame = resolve));
  const result = await ask((events) => {
    left -= take(events);
    if (left <= 0) allCame();
  });
  if (left > 0) await came;
  return result;
}
