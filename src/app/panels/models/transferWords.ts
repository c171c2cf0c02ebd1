import { duration, fileSize } from '../../look/numbers.js';
import type { Sample } from '../../stores/models.js';
import { bytesPerSecond, secondsLeft } from './transfer.js';

interface Part {
  readonly done: number;
  readonly total: number;
}

/** Percent, or null while the whole is not known. */
export function share(part: Part | null): number | null {
  return part && part.total > 0 ? Math.min(100, (100 * part.done) / part.total) : null;
}

/** "45 of 118 MB · 3.2 MB/s · 23 s left" */
export function transferWords({ done, total }: Part, samples: readonly Sample[], now: number): string {
  const amount = total > 0 ? `${fileSize(done)} of ${fileSize(total)}` : fileSize(done);
  if (total > 0 && done >= total) return `${fileSize(total)} is here`;
  const speed = bytesPerSecond(samples, now);
  if (speed === null) return amount;
  if (speed < 1) return `${amount} · nothing arrives`;
  const left = secondsLeft(done, total, speed);
  return `${amount} · ${fileSize(speed)}/s${left === null ? '' : ` · ${duration(left)} left`}`;
}
