/** A sweep that the page's worker and its assistants write together, with the events and the answer of one that it writes alone. */
import { SteerboardError } from '../../core/errors.js';
import type { SweepCell, SweepEvent, SweepRequest, SweepResult } from '../../protocol/api.js';
import { useSession } from '../stores/session.js';
import { isCalledOff, useStatus } from '../stores/status.js';
import { assistantsAtMost, engageAssistants, hasAssistants, type Assistant } from './assistants.js';
import { collectEvents } from './collectEvents.js';
import { call, type Beside } from './connection.js';
import { Deal } from './dealing.js';

type OnEvents = (events: readonly SweepEvent[]) => void;

/** Tokens of a sweep from which on assistants are started for it: some seconds on one core. They are used for less once they are there. */
const worthStarting = 2500;
/** Texts of a sweep from which on it is shared. */
const worthSharing = 16;

/**
 * Writes a sweep as {@link WorkerApi.sweep} does, with as many workers as there are. Who writes a text changes nothing about it. The
 * task is one of the store of the status, where a cancel is seen.
 */
export async function sweepShared(request: SweepRequest, onEvents: OnEvents): Promise<SweepResult> {
  const { cells, sampling } = request;
  const isLong = cells.length * sampling.maxNewTokens >= worthStarting || hasAssistants();
  if (!isLong || cells.length < worthSharing || assistantsAtMost() === 0)
    return call((api) => api.sweep(request, onEvents));
  return new SharedSweep(request, onEvents).run();
}

/** A piece that a worker writes. */
interface Share {
  readonly cells: number;
  /** Those that did not end, by their ids. */
  readonly left: Map<string, SweepCell>;
  /** Tokens that were written or found to be not needed. */
  done: number;
}

class SharedSweep {
  private readonly deal: Deal;
  /** Shares that are being written. */
  private readonly open = new Set<Share>();
  /** Assistants that work, each with the end of its work, which never rejects. */
  private readonly working = new Map<Assistant, Promise<void>>();
  /** Cells that ended in shares that are over. */
  private ended = 0;
  private isOver = false;
  private wake: () => void = () => undefined;
  /** Resolves when it is over, also while an assistant that is gone is waited for. */
  private readonly over = new Promise<void>((resolve) => (this.wake = resolve));
  /** The model that writes. */
  private readonly epoch = useSession.getState().epoch;
  private runs = 0;
  private tokens = 0;

  constructor(
    private readonly request: SweepRequest,
    private readonly onEvents: OnEvents,
  ) {
    this.deal = new Deal(request.cells, request.sampling.temperature <= 0);
  }

  async run(): Promise<SweepResult> {
    const start = performance.now();
    const own = this.workOfPage();
    const release = engageAssistants((assistant) => this.take(assistant));
    const stopWatching = useStatus.subscribe(() => isCalledOff(this.request.task) && this.end());
    try {
      await own;
    } finally {
      this.end();
      stopWatching();
      // No event comes after the answer. Who was cancelled is not waited for: one that is gone may never end.
      this.open.clear();
      release();
    }
    return { runs: this.runs, tokens: this.tokens, milliseconds: performance.now() - start };
  }

  /** The page's worker writes until everything is written, also what an assistant gave back. */
  private async workOfPage(): Promise<void> {
    for (;;) {
      // Another model would write other texts.
      if (this.isOver || isCalledOff(this.request.task) || useSession.getState().epoch !== this.epoch)
        throw new SteerboardError('cancelled', 'Cancelled.');
      if (!this.deal.isEmpty) await this.write(this.nextShare(), call);
      else if (this.working.size > 0) await Promise.race([this.over, ...this.working.values()]);
      else return;
    }
  }

  private take(assistant: Assistant): void {
    if (this.isOver) return;
    const work = this.workOf(assistant).finally(() => this.working.delete(assistant));
    this.working.set(assistant, work);
  }

  private async workOf(assistant: Assistant): Promise<void> {
    while (!this.isOver && !this.deal.isEmpty) {
      const share = this.nextShare();
      try {
        await this.write(share, assistant.call);
      } catch {
        // Cancelled with everything else; else it cannot be relied on, and the others write what is left.
        if (this.isOver) return;
        this.deal.giveBack([...share.left.values()]);
        assistant.giveUp();
        return;
      }
    }
  }

  private nextShare(): Share & { readonly piece: readonly SweepCell[] } {
    const { maxNewTokens } = this.request.sampling;
    const underWay = [...this.open].reduce((sum, { cells, done }) => sum + cells - done / maxNewTokens, 0);
    const piece = this.deal.take(1 + assistantsAtMost(), underWay);
    return { piece, cells: piece.length, left: new Map(piece.map((cell) => [cell.id, cell])), done: 0 };
  }

  /** Rejects as the worker does; what was told until then counts. */
  private async write(share: Share & { readonly piece: readonly SweepCell[] }, on: Beside['call']): Promise<void> {
    const { request } = this;
    this.open.add(share);
    try {
      const { runs, tokens } = await collectEvents<SweepEvent, SweepResult>(
        (onEvents) => on((api) => api.sweep({ ...request, cells: share.piece }, onEvents)),
        (events) => (this.open.has(share) ? this.tell(share, events) : 0),
        share.cells,
      );
      this.runs += runs;
      this.tokens += tokens;
    } finally {
      this.open.delete(share);
      this.ended += share.cells - share.left.size;
    }
  }

  /** Passes on what a share's worker says, with the progress of all. @returns how many cells ended */
  private tell(share: Share, events: readonly SweepEvent[]): number {
    const { maxNewTokens } = this.request.sampling;
    const before = share.left.size;
    const told: SweepEvent[] = [];
    for (const event of events) {
      if (event.type === 'progress') share.done = event.done;
      else {
        told.push(event);
        for (const { id } of event.cells) share.left.delete(id);
      }
    }
    const underWay = [...this.open].reduce((sum, { done }) => sum + done, 0);
    const of = this.request.cells.length * maxNewTokens;
    this.onEvents([...told, { type: 'progress', done: Math.min(of, this.ended * maxNewTokens + underWay), of }]);
    return before - share.left.size;
  }

  /** Nothing more is dealt, and what assistants still write is not wanted. */
  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.wake();
    const { task } = this.request;
    for (const { call: ask } of this.working.keys()) void ask((api) => api.cancel(task)).catch(() => undefined);
  }
}
