import type { SearchProgress } from '../../core/autopilot/index.js';

/** How far a search is, with the seconds that it may still take; null until enough was written to tell. */
export interface SearchPace {
  readonly progress: SearchProgress;
  readonly left: number | null;
}

/** Share of the texts from which on the time that is left can be told. */
const telling = 0.03;

/**
 * Follows a search, which says how far it is at the beginning of each step: texts that come within a step count too.
 *
 * @param now milliseconds
 */
export function followSearch(
  say: (pace: SearchPace) => void,
  now: () => number = () => performance.now(),
): { readonly step: (progress: SearchProgress) => void; readonly written: (texts: number) => void } {
  const started = now();
  let last: SearchProgress | null = null;
  let since = 0;
  const tell = (): void => {
    if (!last) return;
    const { label, of } = last;
    const done = Math.min(last.done + since, of);
    const share = of > 0 ? done / of : 0;
    const seconds = (now() - started) / 1000;
    say({ progress: { label, done, of }, left: share < telling ? null : seconds * (1 / share - 1) });
  };
  return {
    step(progress) {
      last = progress;
      since = 0;
      tell();
    },
    written(texts) {
      since += texts;
      tell();
    },
  };
}
