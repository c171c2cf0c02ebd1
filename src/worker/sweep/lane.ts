import type { CompiledPlan, TokenAction } from '../../core/steering/schedule.js';
import { disposeCache, freeArray, keepRows, type BatchCache, type CachedRow } from '../generation/cache.js';
import type { Decoder } from '../generation/decoder.js';
import { phaseFeeds } from '../generation/prompt.js';
import { maskValue } from '../generation/reading.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Feeds } from '../runtime/ort.js';

/** What a row is to read next. */
export interface LaneRow {
  readonly id: number;
  readonly plan: CompiledPlan;
  readonly action: TokenAction;
}

/** What a step left of its rows. */
export interface LaneResult {
  /** [rows, vocabulary] */
  readonly logits: Float32Array;
  /** [rows, L·d] */
  readonly residuals: Float32Array;
}

/** Rows of the same length that read a token a step. */
export class Lane {
  private cache: BatchCache | null;
  private decoder: Decoder;
  private steering: Feeds = {};
  /** The rows' sets of interventions that `steering` holds; null: none yet. */
  private steeredBy: string | null = null;

  /** @param caches the rows to begin with; all have the same length */
  constructor(
    private readonly model: SteeredModel,
    caches: readonly CachedRow[],
  ) {
    this.decoder = model.decoder;
    this.cache = model.decoder.caches.join(caches);
  }

  get rows(): number {
    return this.cache?.rows ?? 0;
  }

  /** Tokens that each row has read. */
  get length(): number {
    return this.cache?.length ?? 0;
  }

  /** Rows that are as long come in behind the others. */
  async add(caches: readonly CachedRow[]): Promise<void> {
    const { caches: keeper } = this.decoder;
    const old = this.cache!;
    const there = await keeper.split(old);
    this.cache = keeper.join([...there, ...caches]);
    keeper.drop(there);
    disposeCache(old);
    this.steeredBy = null;
  }

  /** Every row reads a token. What is returned is to be freed with {@link freeResult}. */
  async read(rows: readonly LaneRow[]): Promise<LaneResult> {
    const { model } = this;
    const { decoder, tokenizer } = model;
    // Others may have given the graph more hooks since, which then want their inputs.
    if (decoder !== this.decoder) this.steeredBy = null;
    this.decoder = decoder;
    const keys = rows.map(({ action }) => action.key);
    this.steer(rows, keys);
    const result = await decoder.run({
      ids: rows.map(({ id }) => id),
      rows: rows.length,
      length: 1,
      past: this.cache!,
      steering: this.steering,
      mask: Float32Array.from(rows, ({ id, plan, action }) => maskValue(tokenizer, id, plan, action.gain)),
      logits: 'last',
      lent: true,
    });
    this.cache = result.cache;
    return result;
  }

  /** Goes on with these rows, in this order; a row that is named twice goes on as two. On the CPU only. */
  keep(rows: readonly number[]): void {
    const { cache, decoder } = this;
    if (!cache || (rows.length === cache.rows && rows.every((row, at) => row === at))) return;
    this.cache = rows.length > 0 ? keepRows(decoder.report.cache, cache, rows, decoder.Tensor) : null;
    disposeCache(cache);
    this.steeredBy = null;
  }

  end(): void {
    if (this.cache) disposeCache(this.cache);
    this.cache = null;
    this.decoder.releaseFeeds(this.steering);
    this.steering = {};
  }

  private steer(rows: readonly LaneRow[], keys: readonly string[]): void {
    const wanted = keys.join('|');
    if (wanted === this.steeredBy) return;
    const next = this.decoder.keepFeeds(
      phaseFeeds(
        this.model,
        rows.map(({ plan }, row) => plan.interventions(keys[row]!)),
      ),
    );
    this.decoder.releaseFeeds(this.steering);
    this.steering = next;
    this.steeredBy = wanted;
  }
}

export function freeResult({ logits, residuals }: LaneResult): void {
  freeArray(logits);
  freeArray(residuals);
}
