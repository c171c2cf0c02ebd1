let last: Promise<unknown> = Promise.resolve();

/** A task of its own, so that what the user does comes in between. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Drawing one plot takes some milliseconds. Of several that change at once each has a task to itself. */
export function inTurn(draw: () => Promise<void>): void {
  const drawn = last.then(pause).then(draw);
  // One that fails must not keep the others from being drawn.
  last = drawn.catch(() => undefined);
}
