import type { Beat, Patience } from './patience.js';

/** Runs work while no other tab does the same, where the browser has locks. */
export async function alone<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
  if (!hasLocks()) return work();
  return (await navigator.locks.request(name, () => work())) as Value;
}

/**
 * As {@link alone}, for work that takes long: says so when another tab is at it, and waits for it.
 * @param beat asked while it waits; what it throws (a cancellation) ends the wait
 */
export async function aloneOrWaiting<Value>(
  name: string,
  patience: Patience,
  beat: Beat,
  onWaiting: () => void,
  work: () => Promise<Value>,
): Promise<Value> {
  if (!hasLocks()) return work();
  const free = await navigator.locks.request(name, { ifAvailable: true }, async (lock) =>
    lock ? { value: await work() } : null,
  );
  if (free) return (free as { readonly value: Value }).value;
  onWaiting();
  const aborter = new AbortController();
  let cancelled: unknown;
  const ticking = setInterval(() => {
    try {
      beat();
    } catch (error) {
      cancelled = error;
      aborter.abort();
    }
  }, patience.beat);
  try {
    return (await navigator.locks.request(name, { signal: aborter.signal }, () => {
      clearInterval(ticking);
      return work();
    })) as Value;
  } catch (error) {
    throw cancelled ?? error;
  } finally {
    clearInterval(ticking);
  }
}

function hasLocks(): boolean {
  return typeof navigator !== 'undefined' && 'locks' in navigator;
}
