/** How fast a download is and how long it will take, from what was there in the last seconds. */
import { speedWindow, type Sample } from '../../stores/models.js';

/** Less time than this says nothing about a speed. */
const shortest = 750;

/**
 * Bytes a second over the window that ends now, so that a download that stands still slows down to nothing; null while
 * too little is known.
 *
 * @param samples in the order of their times
 * @param now milliseconds, on the samples' clock
 */
export function bytesPerSecond(samples: readonly Sample[], now: number): number | null {
  const begin = now - speedWindow;
  const last = samples.at(-1);
  // The newest of before the window stands for its beginning.
  const first =
    samples[
      Math.max(
        0,
        samples.findLastIndex(({ time }) => time <= begin),
      )
    ];
  if (!first || !last) return null;
  const span = now - Math.max(first.time, begin);
  if (span < shortest) return null;
  return Math.max(0, (1000 * (last.done - first.done)) / span);
}

/** Seconds that the rest takes at this speed; null when it does not end. */
export function secondsLeft(done: number, total: number, speed: number | null): number | null {
  if (total <= 0 || speed === null) return null;
  if (done >= total) return 0;
  return speed > 0 ? (total - done) / speed : null;
}
