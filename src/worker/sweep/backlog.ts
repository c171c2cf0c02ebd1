/** What decides whether texts can be rows of one batch: they are as long from beginning to end. */
export interface Lengths {
  readonly prompt: { readonly ids: ArrayLike<number> };
  readonly reference: { readonly ids: ArrayLike<number> };
}

/** The texts that are still to be written, in the order that was asked for. */
export class Backlog<Job extends Lengths> {
  private waiting: readonly Job[];

  constructor(jobs: readonly Job[]) {
    this.waiting = jobs;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** The first one, which the next batch will begin with. */
  get first(): Job | null {
    return this.waiting[0] ?? null;
  }

  /** Takes the first text, and after it those that can be written with it, up to a number of rows. */
  take(rows: number): readonly Job[] {
    const { first } = this;
    if (!first) return [];
    const taken: Job[] = [];
    const left: Job[] = [];
    for (const job of this.waiting)
      (taken.length < Math.max(1, rows) && goTogether(job, first) ? taken : left).push(job);
    this.waiting = left;
    return taken;
  }

  /** Puts back what was taken and could not be finished. */
  putBack(jobs: readonly Job[]): void {
    this.waiting = [...jobs, ...this.waiting];
  }
}

function goTogether(a: Lengths, b: Lengths): boolean {
  return a.prompt.ids.length === b.prompt.ids.length && a.reference.ids.length === b.reference.ids.length;
}
