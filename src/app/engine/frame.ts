/**
 * Runs a function once before the next frame, however often it is asked for; in a hidden tab, where frames stop, soon.
 */
export function oncePerFrame(work: () => void): { readonly ask: () => void; readonly now: () => void } {
  let frame: number | null = null;
  let timer: number | null = null;
  const now = (): void => {
    if (frame !== null) cancelAnimationFrame(frame);
    if (timer !== null) clearTimeout(timer);
    frame = timer = null;
    work();
  };
  const ask = (): void => {
    if (frame !== null) return;
    frame = requestAnimationFrame(now);
    timer = window.setTimeout(now, 250);
  };
  return { ask, now };
}

/** Runs a function at most so often, however often it is asked for: first after that time, and once more after the last wish. */
export function atMostEvery(ms: number, work: () => void): { readonly ask: () => void; readonly now: () => void } {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const now = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    work();
  };
  const ask = (): void => {
    timer ??= setTimeout(now, ms);
  };
  return { ask, now };
}
