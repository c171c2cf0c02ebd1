/**
 * Ends what waits for an answer that may never come. `Promise.race` with a promise that settles late or never would keep
 * every answer of its life alive, since that promise holds on to all races it was in.
 */
export class Interruption {
  private readonly waiting = new Set<(reason: Error) => void>();
  private reason: Error | null = null;

  /** Settles as `work` does, or rejects when {@link raise} is called first. */
  guard<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (this.reason) reject(this.reason);
      else this.waiting.add(reject);
      const settled = (): void => void this.waiting.delete(reject);
      work.then(resolve, reject).then(settled, settled);
    });
  }

  /** Rejects everything that waits now or is guarded later. Only the first reason counts. */
  raise(reason: Error): void {
    this.reason ??= reason;
    for (const reject of this.waiting) reject(this.reason);
    this.waiting.clear();
  }
}
