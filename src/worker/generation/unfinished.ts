import { disposeCache, type BatchCache } from './cache.js';
import type { TextInProgress } from './text-in-progress.js';

/** A text that was broken off after its last token was chosen, with the caches of the batch that it was a row of. */
export interface UnfinishedText {
  readonly text: TextInProgress;
  /** Of all tokens but the last. */
  readonly cache: BatchCache;
  readonly row: number;
}

/** Keeps the one text that is worth going on with: the baseline, which no slider changes. */
export class UnfinishedBaseline {
  private kept: UnfinishedText | null = null;

  keep(unfinished: UnfinishedText): void {
    this.drop();
    this.kept = unfinished;
  }

  /** The text if it fits; it then is the caller's, to finish or to give back. */
  take(fits: (text: TextInProgress) => boolean): UnfinishedText | null {
    const { kept } = this;
    if (!kept || !fits(kept.text)) return null;
    this.kept = null;
    return kept;
  }

  drop(): void {
    if (this.kept) disposeCache(this.kept.cache);
    this.kept = null;
  }
}
