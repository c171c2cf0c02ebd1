/** Deals the texts of a sweep out to several workers, in pieces and in their order. */
import { doesAnything } from '../../core/steering/describe.js';
import type { SweepCell } from '../../protocol/api.js';

/** Texts of the very first piece of many: they are the first that are seen. */
const firstSeen = 8;
/** Fewer texts than this are one piece: a run of few rows takes hardly less time than one of more, and each piece reads its prompts. */
const least = 16;
/** More texts are no piece, so that what comes first is done first, by all workers. A run of more rows is no quicker for each. */
const most = 96;

export class Deal {
  /** Cells that are probably the same text, which a worker writes once, stay together. */
  private waiting: readonly (readonly SweepCell[])[];
  private hasBegun = false;

  constructor(
    cells: readonly SweepCell[],
    private readonly isGreedy: boolean,
  ) {
    this.waiting = this.grouped(cells);
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /**
   * Takes the next piece: a worker's share of all that is left, so that all workers end at about the same time.
   *
   * @param workers that write; one takes everything
   * @param underWay texts that the others still have to write
   */
  take(workers: number, underWay: number): readonly SweepCell[] {
    const { length } = this.waiting;
    const share = Math.ceil((length + underWay) / workers);
    const isFirst = !this.hasBegun && length > 2 * most;
    this.hasBegun = true;
    const size = workers === 1 ? length : isFirst ? firstSeen : Math.min(most, Math.max(least, share));
    // Crumbs are not left over.
    const taken = length - size < least / 2 ? length : size;
    const piece = this.waiting.slice(0, taken).flat();
    this.waiting = this.waiting.slice(taken);
    return piece;
  }

  /** What could not be written comes next. */
  giveBack(cells: readonly SweepCell[]): void {
    this.waiting = [...this.grouped(cells), ...this.waiting];
  }

  private grouped(cells: readonly SweepCell[]): readonly (readonly SweepCell[])[] {
    const groups = new Map<string, SweepCell[]>();
    for (const cell of cells) {
      const name = doesAnything(cell.plan) ? cell.id : this.nameOf(cell);
      const group = groups.get(name);
      if (group) group.push(cell);
      else groups.set(name, [cell]);
    }
    return [...groups.values()];
  }

  private nameOf({ prompt, reference, seed }: SweepCell): string {
    return JSON.stringify([prompt, reference ?? null, this.isGreedy ? 0 : seed]);
  }
}
