/** What decides whether texts can be rows of one batch. */
export interface Lengths {
  readonly prompt: { readonly ids: ArrayLike<number> };
  readonly reference: { readonly ids: ArrayLike<number> };
  /** Tokens that may be generated. */
  readonly most: number;
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

  get size(): number {
    return this.waiting.length;
  }

  /** The first one, which the next batch will begin with. */
  get first(): Job | null {
    return this.waiting[0] ?? null;
  }

  /**
   * Takes the first text, and after it those that can be written with it, up to a number of rows: first those that are as long
   * from beginning to end, of which many begin with the same prompt; where there is room left and `mixes` says that rows may come in
   * later, those whose prompts are a little longer or shorter.
   */
  take(rows: number, mixes: boolean): readonly Job[] {
    const { first } = this;
    if (!first) return [];
    const taken = new Set<Job>([first]);
    for (const spread of mixes ? [0, Math.floor(first.most / 4)] : [0]) {
      for (const job of this.waiting) {
        if (taken.size >= rows) break;
        if (goTogether(job, first, spread)) taken.add(job);
      }
    }
    const jobs = this.waiting.filter((job) => taken.has(job));
    this.waiting = this.waiting.filter((job) => !taken.has(job));
    return jobs;
  }

  /** Puts back what was taken and could not be finished. */
  putBack(jobs: readonly Job[]): void {
    this.waiting = [...jobs, ...this.waiting];
  }
}

/** Both models' texts are as far apart, and prompts differ by at most `spread` tokens. */
function goTogether(a: Lengths, b: Lengths, spread: number): boolean {
  const longer = a.prompt.ids.length - b.prompt.ids.length;
  return longer === a.reference.ids.length - b.reference.ids.length && Math.abs(longer) <= spread;
}
