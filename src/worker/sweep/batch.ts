import { SteerboardError, toErrorData } from '../../core/errors.js';
import { logTotal } from '../../core/tensors/log-total.js';
import type { CellFailure, CellResult, SweepRequest } from '../../protocol/api.js';
import type { Turn } from '../capture/background.js';
import type { CachedRow } from '../generation/cache.js';
import type { PromptState } from '../generation/texts.js';
import type { Decoder } from '../generation/decoder.js';
import { levelOf } from '../generation/forks.js';
import { ensureHooks } from '../model/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { SweepJob } from './cells.js';
import { ForkedLane, type Newcomers } from './forked-lane.js';
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
  /** Where its row forks from the unsteered one; −1 where it does not. */
  readonly level: number;
  ended: boolean;
}

const nobody: Newcomers = { steered: [], unsteered: [] };
/** The level of rows that come in at the bottom. */
const atBottom = -1;
const nothing = { key: '', gain: 0 } as const;

/**
 * Texts that are written together, a token a step, in two lanes: one writes under the plans, and the other reads the same tokens with
 * the unsteered model in step with it. So both predictions of a token are there at the same time and none need be kept, and
 * every graph can do it, as rows never differ in length: a text whose prompt is longer comes in when the others have come as far.
 * On the CPU, texts that begin alike share a row of the unsteered lane until they part, and where the graph can, a steered row is
 * the unsteered one up to the first layer that the plan changes: then both lanes are one, in which rows fork.
 */
export class SweepBatch {
  private readonly rows: Row[] = [];
  private readonly read = { runs: 0, tokens: 0 };
  private steered: Lane | null = null;
  private unsteered: Lane | null = null;
  /** In place of both. */
  private forked: ForkedLane | null = null;
  private forkedDecoder: Decoder | null = null;
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
    /** Whether it is worth opening the graph once more, with rows that fork. */
    private readonly mayFork: boolean,
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
    const failed = await this.turn(async () => {
      const failed = await this.opening.prepare();
      if (this.canFork) this.forkedDecoder = await this.model.forks.take(this.model, this.opening.hooks);
      if (this.forkedDecoder) this.forked = new ForkedLane(this.model, this.forkedDecoder);
      return failed;
    });
    const begun = await this.opening.readPrompts(this.forkedDecoder);
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
    // On the CPU rows of texts that ended have gone, and their numbers are others'.
    const there = this.rows.filter(({ ended }) => this.onGpu || !ended);
    const writing = there.filter((row) => row.steered !== null);
    const steeredRows = inOrder(writing, (row) => row.steered!).map(({ text }): LaneRow => ({
      id: text.lastId,
      plan: text.plan,
      action: text.nextAction(),
    }));
    const byRow = new Map(there.map((row) => [row.unsteered, row]));
    const unsteeredRows = Array.from({ length: byRow.size }, (_, row): LaneRow => ({
      id: byRow.get(row)!.text.lastId,
      plan: this.opening.none,
      action: nothing,
    }));
    const none: BatchNews = { done: [], failed: [] };
    const { forked } = this;
    if (forked) {
      if (unsteeredRows.length === 0) return none;
      const both = await this.run(unsteeredRows.length + steeredRows.length, () =>
        forked.read(unsteeredRows, steeredRows),
      );
      return both ? this.take(both.steered, both.unsteered) : none;
    }
    let steered: LaneResult | null = null;
    if (this.steered) {
      steered = await this.runLane(this.steered, steeredRows);
      if (!steered) return none;
    }
    if (!this.unsteered) return none;
    const unsteered = await this.runLane(this.unsteered, unsteeredRows);
    return unsteered ? this.take(steered, unsteered) : none;
  }

  /** Frees everything. Somebody else may have the model to themselves; no run of this batch is under way. */
  end(): void {
    this.model.beforeRelease.delete(this.leave);
    this.free();
    const decoder = this.forkedDecoder;
    this.forkedDecoder = null;
    if (decoder) this.model.forks.leave(decoder);
  }

  private free(): void {
    this.steered?.end();
    this.unsteered?.end();
    this.forked?.end();
    this.steered = this.unsteered = this.forked = null;
    this.opening.end();
  }

  /** Lanes can be one where both have read as much, and it is of use where a plan changes nothing at the bottom. */
  private get canFork(): boolean {
    const inStep = this.jobs.every(({ prompt, reference }) => prompt.ids.length === reference.ids.length);
    return this.mayFork && inStep && [...this.opening.plans.keys()].some((job) => this.levelOf(job) > atBottom);
  }

  /** A text whose unsteered row reads another prompt has nothing in common with it. */
  private levelOf(job: SweepJob): number {
    return job.prompt === job.reference ? levelOf(this.opening.plans.get(job)!) : atBottom;
  }

  private get isGoing(): boolean {
    return this.rows.some(({ ended }) => !ended);
  }

  /** Texts begin whose prompts are as long as what the others have read; all others having ended, the next ones do. */
  private async letIn(): Promise<News> {
    const news: News = { done: [], failed: [] };
    const length = this.isGoing ? (this.forked ?? this.unsteered)?.length : this.waiting[0]?.job.reference.ids.length;
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
    const [afterSteered, afterUnsteered] = this.counts;
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
        level: this.levelOf(job),
        ended: false,
      };
      this.rows.push(row);
      this.choose(row, (steered ?? unsteered).logits, unsteered.logits, totals.get(unsteered)!, news);
    }
    const caches = (states: readonly PromptState[]) => states.map(({ cache }) => cache);
    const steered = caches(writing.map(({ steered }) => steered!));
    const unsteered = caches(this.onGpu ? next.map(({ unsteered }) => unsteered) : plain);
    if (!this.forked) {
      this.steered = await this.widened(this.steered, steered);
      this.unsteered = await this.widened(this.unsteered, unsteered);
    }
    this.regroup({ steered, unsteered });
  }

  /** Rows of the steered and of the unsteered model that are in the lanes. */
  private get counts(): readonly [number, number] {
    if (this.forked) return this.forked.counts;
    return [this.steered?.rows ?? 0, this.unsteered?.rows ?? 0];
  }

  private async widened(lane: Lane | null, caches: readonly CachedRow[]): Promise<Lane | null> {
    if (caches.length === 0) return lane;
    if (!lane) return new Lane(this.model, caches);
    await lane.add(caches);
    return lane;
  }

  private runLane(lane: Lane, rows: readonly LaneRow[]): Promise<LaneResult | null> {
    return this.run(rows.length, async () => {
      await ensureHooks(this.model, this.opening.hooks);
      return this.isLost ? null : lane.read(rows);
    });
  }

  /** One run, in a turn; null when the session was lost. */
  private run<Result>(rows: number, read: () => Promise<Result | null>): Promise<Result | null> {
    return this.turn(async () => {
      const start = performance.now();
      const result = await read();
      if (!result) return null;
      this.pace.took(this.forked?.cost ?? rows, performance.now() - start);
      this.read.runs++;
      this.read.tokens += rows;
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
    if (steered && !this.forked) freeResult(steered);
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
  private regroup(newcomers: Newcomers = nobody): void {
    if (this.onGpu || this.isLost) return;
    const going = this.rows.filter(({ ended }) => !ended);
    const ofPlans = going.filter((row) => row.steered !== null);
    const steered = inOrder(
      inOrder(ofPlans, (row) => row.steered!),
      (row) => (this.forked ? row.level : atBottom),
    );
    const parted = groupBy(going, (row) => `${row.unsteered} ${row.text.lastId}`);
    const groups = inOrder([...parted.values()], ([row]) => row!.unsteered);
    const before = {
      steered: steered.map((row) => row.steered!),
      unsteered: groups.map(([row]) => row!.unsteered),
    };
    steered.forEach((row, at) => (row.steered = at));
    groups.forEach((group, at) => group.forEach((row) => (row.unsteered = at)));
    if (this.forked) {
      this.forked.set(
        before.unsteered,
        steered.map(({ level, unsteered: origin }, at) => ({ level, origin, before: before.steered[at]! })),
        newcomers,
      );
      return;
    }
    this.steered = kept(this.steered, before.steered);
    this.unsteered = kept(this.unsteered, before.unsteered);
  }
}

/** The lane with these rows only; none where there are none. */
function kept(lane: Lane | null, rows: readonly number[]): Lane | null {
  lane?.keep(rows);
  if (rows.length > 0) return lane;
  lane?.end();
  return null;
}

interface News {
  readonly done: CellResult[];
  readonly failed: CellFailure[];
}
