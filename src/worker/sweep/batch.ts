import { SteerboardError, toErrorData } from '../../core/errors.js';
import { logTotal } from '../../core/tensors/log-total.js';
import type { CellFailure, CellResult, SweepRequest } from '../../protocol/api.js';
import type { Turn } from '../capture/background.js';
import type { CachedRow } from '../generation/cache.js';
import type { PromptState } from '../generation/texts.js';
import { ensureHooks } from '../model/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { SweepJob } from './cells.js';
import { freeResult, Lane, type LaneResult, type LaneRow } from './lane.js';
import { Opening, type Begun } from './opening.js';
import { groupBy, inOrder } from './ordering.js';
import type { Pace } from './pace.js';
import { SweptText } from './swept-text.js';

/** What a batch has to say after a step. */
export interface BatchNews {
  readonly done: readonly CellResult[];
  readonly failed: readonly CellFailure[];
}

/** A text, and its rows in both lanes. */
interface Row {
  readonly job: SweepJob;
  readonly text: SweptText;
  /** Null where nothing is steered: the unsteered model's reading is the text's own. */
  steered: number | null;
  unsteered: number;
  ended: boolean;
}

const nothing = { key: '', gain: 0 } as const;

/**
 * Texts that are written together, a token a step, in two lanes: one writes under the plans, and the other reads the same tokens with
 * the unsteered model in step with it. So both predictions of a token are there at the same time and none need be kept, and
 * every graph can do it, as rows never differ in length: a text whose prompt is longer comes in when the others have come as far.
 * On the CPU, texts that begin alike share a row of the unsteered lane until they part.
 */
export class SweepBatch {
  private readonly rows: Row[] = [];
  private readonly read = { runs: 0, tokens: 0 };
  private steered: Lane | null = null;
  private unsteered: Lane | null = null;
  /** Texts that did not begin yet, those with the shortest prompts first. */
  private waiting: readonly Begun[] = [];
  private readonly opening: Opening;
  private readonly onGpu: boolean;
  /** On a GPU, whether the session went that holds the caches. */
  private isLost = false;
  private readonly leave = () => {
    if (!this.onGpu) return;
    this.isLost = true;
    this.opening.lose();
    this.free();
  };

  constructor(
    private readonly model: SteeredModel,
    private readonly jobs: readonly SweepJob[],
    private readonly request: SweepRequest,
    private readonly pace: Pace,
    private readonly turn: Turn,
  ) {
    this.opening = new Opening(model, jobs, pace, turn);
    this.onGpu = model.decoder.onGpu;
    model.beforeRelease.add(this.leave);
  }

  /** Runs of the graph. */
  get runs(): number {
    return this.opening.runs + this.read.runs;
  }

  /** Tokens that they read, all rows counted. */
  get tokens(): number {
    return this.opening.tokens + this.read.tokens;
  }

  /** Whether every text ended. */
  get isDone(): boolean {
    return this.waiting.length === 0 && !this.isGoing;
  }

  /** Tokens of the texts that did not end yet. */
  get written(): number {
    return this.rows.reduce((sum, { text, ended }) => sum + (ended ? 0 : text.length), 0);
  }

  /** What has to be written anew, since the session was exchanged on a GPU. */
  get lost(): readonly SweepJob[] {
    if (!this.isLost) return [];
    const ended = new Set(this.rows.flatMap(({ job, ended }) => (ended ? [job] : [])));
    return this.jobs.filter((job) => this.opening.plans.has(job) && !ended.has(job));
  }

  /** Reads the prompts and chooses the first tokens. */
  async begin(): Promise<BatchNews> {
    const failed = await this.turn(() => this.opening.prepare());
    const begun = await this.opening.readPrompts();
    this.waiting = inOrder(begun, ({ job }) => job.prompt.ids.length);
    const news = await this.letIn();
    this.opening.end();
    return { done: news.done, failed: [...failed, ...news.failed] };
  }

  /** Every text reads its last token and chooses the next. */
  async step(): Promise<BatchNews> {
    const news = await this.letIn();
    const more = await this.readAll();
    return {
      done: [...news.done, ...more.done],
      failed: [...news.failed, ...more.failed],
    };
  }

  private async readAll(): Promise<BatchNews> {
    let steered: LaneResult | null = null;
    // On the CPU rows of texts that ended have gone, and their numbers are others'.
    const there = this.rows.filter(({ ended }) => this.onGpu || !ended);
    if (this.steered) {
      const writing = there.filter((row) => row.steered !== null);
      const rows = inOrder(writing, (row) => row.steered!).map(({ text }): LaneRow => ({
        id: text.lastId,
        plan: text.plan,
        action: text.nextAction(),
      }));
      steered = await this.run(this.steered, rows);
      if (!steered) return { done: [], failed: [] };
    }
    if (!this.unsteered) return { done: [], failed: [] };
    const byRow = new Map(there.map((row) => [row.unsteered, row]));
    const rows = Array.from({ length: this.unsteered.rows }, (_, row): LaneRow => ({
      id: byRow.get(row)!.text.lastId,
      plan: this.opening.none,
      action: nothing,
    }));
    const unsteered = await this.run(this.unsteered, rows);
    if (!unsteered) return { done: [], failed: [] };
    return this.take(steered, unsteered);
  }

  /** Frees everything. Somebody else may have the model to themselves; no run of this batch is under way. */
  end(): void {
    this.model.beforeRelease.delete(this.leave);
    this.free();
  }

  private free(): void {
    this.steered?.end();
    this.unsteered?.end();
    this.steered = this.unsteered = null;
    this.opening.end();
  }

  private get isGoing(): boolean {
    return this.rows.some(({ ended }) => !ended);
  }

  /** Texts begin whose prompts are as long as what the others have read; all others having ended, the next ones do. */
  private async letIn(): Promise<News> {
    const news: News = { done: [], failed: [] };
    const length = this.isGoing ? this.unsteered?.length : this.waiting[0]?.job.reference.ids.length;
    const next = this.waiting.filter(({ job }) => job.reference.ids.length === length);
    if (next.length > 0) await this.turn(() => this.join(next, news));
    return news;
  }

  private async join(next: readonly Begun[], news: News): Promise<void> {
    if (this.isLost) return;
    this.waiting = this.waiting.filter((it) => !next.includes(it));
    const { sampling, probes, targets } = this.request;
    const writing = next.filter((it) => it.steered !== null);
    const plain = [...new Set(next.map(({ unsteered }) => unsteered))];
    const totals = new Map(plain.map((state) => [state, logTotal(state.logits)]));
    const [afterSteered, afterUnsteered] = [this.steered?.rows ?? 0, this.unsteered?.rows ?? 0];
    for (const [index, begun] of next.entries()) {
      const { job, steered, unsteered } = begun;
      const { prompt, seed, most } = job;
      const plan = this.opening.plans.get(job)!;
      const text = new SweptText(this.model, plan, { ...sampling, seed }, prompt.ids, { probes, targets }, most);
      const row: Row = {
        job,
        text,
        steered: steered ? afterSteered + writing.indexOf(begun) : null,
        unsteered: afterUnsteered + (this.onGpu ? index : plain.indexOf(unsteered)),
        ended: false,
      };
      this.rows.push(row);
      this.choose(row, (steered ?? unsteered).logits, unsteered.logits, totals.get(unsteered)!, news);
    }
    const caches = (states: readonly PromptState[]) => states.map(({ cache }) => cache);
    this.steered = await this.widened(this.steered, caches(writing.map(({ steered }) => steered!)));
    const begun = this.onGpu ? next.map(({ unsteered }) => unsteered) : plain;
    this.unsteered = await this.widened(this.unsteered, caches(begun));
    this.regroup();
  }

  private async widened(lane: Lane | null, caches: readonly CachedRow[]): Promise<Lane | null> {
    if (caches.length === 0) return lane;
    if (!lane) return new Lane(this.model, caches);
    await lane.add(caches);
    return lane;
  }

  /** One run of a lane, in a turn; null when the session was lost. */
  private run(lane: Lane, rows: readonly LaneRow[]): Promise<LaneResult | null> {
    return this.turn(async () => {
      await ensureHooks(this.model, this.opening.hooks);
      if (this.isLost) return null;
      const start = performance.now();
      const result = await lane.read(rows);
      this.pace.took(rows.length, performance.now() - start);
      this.read.runs++;
      this.read.tokens += rows.length;
      return result;
    });
  }

  private take(steered: LaneResult | null, unsteered: LaneResult): BatchNews {
    const news: News = { done: [], failed: [] };
    const { layers, width, vocabulary } = this.model.shape;
    const part = (values: Float32Array, row: number, size: number) => values.subarray(row * size, (row + 1) * size);
    // Texts that begin alike share the unsteered model's prediction.
    const totals: number[] = [];
    for (const row of this.rows) {
      if (row.ended) continue;
      const from = (lane: 'logits' | 'residuals', size: number) => {
        const plain = part(unsteered[lane], row.unsteered, size);
        return {
          plain,
          own: row.steered === null ? plain : part(steered![lane], row.steered, size),
        };
      };
      const left = from('residuals', layers * width);
      row.text.read(left.own, left.plain);
      if (row.text.reason !== null) {
        row.ended = true;
        const text = row.text.finish();
        news.done.push(...row.job.cells.map((id) => ({ id, ...text })));
      } else {
        const predicted = from('logits', vocabulary);
        const total = (totals[row.unsteered] ??= logTotal(predicted.plain));
        this.choose(row, predicted.own, predicted.plain, total, news);
      }
    }
    freeResult(unsteered);
    if (steered) freeResult(steered);
    this.regroup();
    return news;
  }

  private choose(row: Row, steered: Float32Array, unsteered: Float32Array, total: number, news: News): void {
    try {
      row.text.choose(steered, unsteered, total);
    } catch (error) {
      if (!(error instanceof SteerboardError)) throw error;
      row.ended = true;
      news.failed.push(...row.job.cells.map((id) => ({ id, error: toErrorData(error) })));
    }
  }

  /** On the CPU: rows of texts that ended go, and a row of the unsteered lane becomes several where its texts part. */
  private regroup(): void {
    if (this.onGpu || this.isLost) return;
    const going = this.rows.filter(({ ended }) => !ended);
    const steered = inOrder(
      going.filter((row) => row.steered !== null),
      (row) => row.steered!,
    );
    this.steered?.keep(steered.map((row) => row.steered!));
    steered.forEach((row, at) => (row.steered = at));
    if (steered.length === 0) {
      this.steered?.end();
      this.steered = null;
    }
    const parted = groupBy(going, (row) => `${row.unsteered} ${row.text.lastId}`);
    const groups = inOrder([...parted.values()], ([row]) => row!.unsteered);
    this.unsteered?.keep(groups.map(([row]) => row!.unsteered));
    groups.forEach((group, at) => group.forEach((row) => (row.unsteered = at)));
    if (groups.length === 0) {
      this.unsteered?.end();
      this.unsteered = null;
    }
  }
}

interface News {
  readonly done: CellResult[];
  readonly failed: CellFailure[];
}
