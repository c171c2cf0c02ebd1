import { SteerboardError } from '../../core/errors.js';

/** How long a hub is waited for. */
export interface Patience {
  /** Milliseconds without a byte after which a connection counts as broken. */
  readonly stall: number;
  /** Times that are tried again without a single byte of progress in between. */
  readonly retries: number;
  /** Milliseconds before the first new try; each further one waits twice as long. */
  readonly firstPause: number;
  /** The longest pause, milliseconds; a hub that asks for a longer one (Retry-After) ends the download. */
  readonly longestPause: number;
  /** Milliseconds between the beats that ask whether the user has cancelled. */
  readonly beat: number;
}

export const usualPatience: Patience = {
  stall: 30_000,
  retries: 4,
  firstPause: 500,
  longestPause: 60_000,
  beat: 200,
};

/** Asked again and again while nothing arrives; what it throws (a cancellation) ends the wait. */
export type Beat = () => void;

/** A connection that gave nothing for too long. */
export class Stalled extends Error {}

/**
 * Waits for a step of a connection, but no longer than a stall, and no longer than the user wants.
 * @throws {@link Stalled}, or what the beat throws
 */
export async function waitFor<Value>(step: Promise<Value>, patience: Patience, beat: Beat): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ticking: ReturnType<typeof setInterval> | undefined;
  try {
    return await new Promise<Value>((resolve, reject) => {
      timer = setTimeout(() => reject(new Stalled(`nothing arrived for ${patience.stall} ms`)), patience.stall);
      ticking = setInterval(() => tryBeat(beat, reject), patience.beat);
      step.then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    clearInterval(ticking);
  }
}

/** A pause between two tries. */
export function pause(milliseconds: number, patience: Patience, beat: Beat): Promise<void> {
  const quiet = new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  return waitFor(quiet, { ...patience, stall: milliseconds + patience.stall }, beat);
}

function tryBeat(beat: Beat, reject: (error: unknown) => void): void {
  try {
    beat();
  } catch (error) {
    reject(error);
  }
}

/** The pause before a try, 0-based; null when no more are made. */
export function pauseBefore(attempt: number, error: unknown, patience: Patience): number | null {
  if (attempt >= patience.retries) return null;
  const asked = error instanceof SteerboardError ? error.fields['retryAfterMs'] : undefined;
  const own = Math.min(patience.longestPause, patience.firstPause * 2 ** attempt);
  if (typeof asked !== 'number') return own;
  return asked > patience.longestPause ? null : Math.max(asked, 0);
}
