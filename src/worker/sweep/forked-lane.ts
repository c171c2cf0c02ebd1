import { disposeCache, type BatchCache, type CachedRow, type RowSource } from '../generation/cache.js';
import type { Decoder } from '../generation/decoder.js';
import { steeringFeeds } from '../generation/feeds.js';
import { ForkedRows, type ForkedRow } from '../generation/forks.js';
import { maskValue } from '../generation/reading.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Feeds } from '../runtime/ort.js';
import type { LaneResult, LaneRow } from './lane.js';

/** What rows continue that are not in the lane yet, in the order of their numbers, which follow those in the lane. */
export interface Newcomers {
  readonly steered: readonly CachedRow[];
  readonly unsteered: readonly CachedRow[];
}

/** A row under a plan, which goes on from an unsteered one; `before` is its number so far. */
export interface SteeredRow extends ForkedRow {
  readonly before: number;
}

/**
 * Both lanes in one: rows of the unsteered model come first, and rows of texts under their plans fork from them, where the plan
 * changes the first layer. So nothing is computed twice that both have in common.
 */
export class ForkedLane {
  private cache: BatchCache | null = null;
  private forks: ForkedRows;
  private feeds: Feeds = {};
  private steering: Feeds = {};
  /** The rows' sets of interventions that `steering` holds; null: none yet. */
  private steeredBy: string | null = null;
  private unsteered = 0;

  constructor(
    private readonly model: SteeredModel,
    private readonly decoder: Decoder,
  ) {
    this.forks = new ForkedRows(model.shape.layers, 0, []);
  }

  /** What a run reads, in rows that go through the whole model. */
  get cost(): number {
    return this.forks.cost(this.model.shape);
  }

  /** Rows under plans, and of the unsteered model. */
  get counts(): readonly [number, number] {
    return [(this.cache?.rows ?? 0) - this.unsteered, this.unsteered];
  }

  /** Tokens that each row has read. */
  get length(): number {
    return this.cache?.length ?? 0;
  }

  /**
   * Goes on with these rows in this order, told by their numbers so far; those of unsteered and of steered rows are counted apart.
   *
   * @param steered in the order of their levels, which no row ever changes
   */
  set(unsteered: readonly number[], steered: readonly SteeredRow[], newcomers: Newcomers): void {
    const old = this.cache;
    const [oldSteered, oldUnsteered] = this.counts;
    const sourceOf = (number: number, first: number, there: number, coming: readonly CachedRow[]): RowSource =>
      number < there ? { batch: old!, row: first + number } : coming[number - there]!;
    const sources = [
      ...unsteered.map((row) => sourceOf(row, 0, oldUnsteered, newcomers.unsteered)),
      ...steered.map(({ before }) => sourceOf(before, oldUnsteered, oldSteered, newcomers.steered)),
    ];
    this.forks = new ForkedRows(this.model.shape.layers, unsteered.length, steered);
    this.feeds = this.forks.feeds(this.decoder.Tensor);
    this.unsteered = unsteered.length;
    if (sources.length === old?.rows && sources.every((it, at) => 'batch' in it && it.row === at)) return;
    this.steeredBy = null;
    this.cache = sources.length > 0 ? this.forks.cacheOf(this.decoder, sources) : null;
    if (old) disposeCache(old);
  }

  /**
   * Every row reads a token. What is returned of the unsteered rows is to be freed with `freeResult`, once it and what is of the
   * steered rows were read, which lies behind it in the same arrays.
   */
  async read(
    unsteered: readonly LaneRow[],
    steered: readonly LaneRow[],
  ): Promise<{ readonly unsteered: LaneResult; readonly steered: LaneResult }> {
    const { decoder, model } = this;
    const rows = [...unsteered, ...steered];
    this.steer(rows);
    const comingIn = rows.slice(0, this.forks.at(-1));
    const result = await decoder.run({
      ids: comingIn.map(({ id }) => id),
      rows: comingIn.length,
      length: 1,
      past: this.cache!,
      steering: { ...this.steering, ...this.feeds },
      mask: Float32Array.from(rows, ({ id, plan, action }) => maskValue(model.tokenizer, id, plan, action.gain)),
      logits: 'last',
      lent: true,
    });
    this.cache = { ...result.cache, rows: rows.length };
    const { logits, residuals } = result;
    const { vocabulary, layers, width } = model.shape;
    const behind = {
      logits: logits.subarray(this.unsteered * vocabulary),
      residuals: residuals.subarray(this.unsteered * layers * width),
    };
    return { unsteered: { logits, residuals }, steered: behind };
  }

  end(): void {
    if (this.cache) disposeCache(this.cache);
    this.cache = null;
    this.steering = {};
  }

  private steer(rows: readonly LaneRow[]): void {
    const wanted = rows.map(({ action }) => action.key).join('|');
    if (wanted === this.steeredBy) return;
    const { decoder, model } = this;
    const interventions = rows.map(({ plan, action }) => plan.interventions(action.key));
    this.steering = steeringFeeds(interventions, decoder.report.compiled, model.shape, decoder.Tensor);
    this.steeredBy = wanted;
  }
}
