import type { GenerateEvent } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Feeds } from '../runtime/ort.js';
import { disposeCache, freeArray, joinRows, keepRows, splitRows, type BatchCache, type CachedRow } from './cache.js';
import { maskValue } from './phases.js';
import { phaseFeeds } from './prompt.js';
import type { TextInProgress } from './text-in-progress.js';
import { isUnsteered, type UnfinishedText } from './unfinished.js';

/**
 * Texts that are written together, a token a step. All rows have the same length, because fused attention takes no
 * others: a text that an earlier request began waits until the new ones are as long as it is, or finished.
 */
export class Batch {
  private texts: readonly TextInProgress[] = [];
  private cache: BatchCache | null = null;
  private steering: Feeds = {};
  private readonly ended = new Set<TextInProgress>();

  constructor(
    private readonly model: SteeredModel,
    /** Comes in later. */
    private waiting: UnfinishedText | null,
  ) {}

  get isDone(): boolean {
    return this.waiting === null && this.going.length === 0;
  }

  /** The rows to begin with, each with the cache of all its tokens but the last. */
  begin(texts: readonly TextInProgress[], caches: readonly CachedRow[]): void {
    if (texts.length > 0) this.take(texts, joinRows(this.layout, caches, this.model.decoder.Tensor));
  }

  /** Reads every text's last token and chooses the next. Returns the texts that end with what was read. */
  async step(events: GenerateEvent[]): Promise<readonly TextInProgress[]> {
    await this.letIn();
    const { decoder, shape, tokenizer } = this.model;
    const { texts } = this;
    const last = texts.map((text) => text.ids[text.ids.length - 1]!);
    const result = await decoder.run({
      ids: last,
      rows: texts.length,
      length: 1,
      past: this.cache!,
      steering: this.steering,
      mask: Float32Array.from(texts, (text, row) => maskValue(tokenizer, last[row]!, text.plan)),
      logits: 'last',
    });
    this.cache = result.cache;
    const perToken = shape.layers * shape.width;
    const finished: TextInProgress[] = [];
    texts.forEach((text, row) => {
      if (this.ended.has(text)) return;
      text.read(events, result.residuals.subarray(row * perToken, (row + 1) * perToken));
      if (text.reason === null) {
        text.choose(events, result.logits.subarray(row * shape.vocabulary, (row + 1) * shape.vocabulary));
      } else {
        this.ended.add(text);
        finished.push(text);
      }
    });
    freeArray(result.logits);
    freeArray(result.residuals);
    this.letOut();
    return finished;
  }

  /** Lets the caches go; those of a baseline that is not finished are kept for the next request. */
  end(): void {
    const { cache, waiting } = this;
    const { unfinished } = this.model;
    const row = this.texts.findIndex(
      (text) => !this.ended.has(text) && isUnsteered(text.plan) && text.ids.length - 1 === cache?.length,
    );
    if (waiting) unfinished.keep(waiting);
    if (cache && !waiting && row >= 0) unfinished.keep({ text: this.texts[row]!, cache, row });
    else if (cache) disposeCache(cache);
    this.cache = this.waiting = null;
  }

  private get layout() {
    return this.model.decoder.report.cache;
  }

  private get going(): readonly TextInProgress[] {
    return this.texts.filter((text) => !this.ended.has(text));
  }

  private take(texts: readonly TextInProgress[], cache: BatchCache): void {
    this.texts = texts;
    this.cache = cache;
    this.steering = phaseFeeds(
      this.model,
      texts.map((text) => text.plan.generated),
    );
  }

  private async letIn(): Promise<void> {
    const { waiting, cache } = this;
    const alone = this.going.length === 0;
    if (!waiting || (!alone && cache!.length < waiting.cache.length)) return;
    const texts = alone ? [] : this.texts;
    const rows = alone ? [] : await splitRows(this.layout, cache!);
    const row = (await splitRows(this.layout, waiting.cache))[waiting.row]!;
    this.take([...texts, waiting.text], joinRows(this.layout, [...rows, row], this.model.decoder.Tensor));
    this.waiting = null;
    if (cache) disposeCache(cache);
    disposeCache(waiting.cache);
  }

  /** On the GPU rows that ended stay in the batch: taking them out would cost a copy through the CPU. */
  private letOut(): void {
    const { decoder } = this.model;
    const stay = this.texts.flatMap((text, row) => (this.ended.has(text) ? [] : [row]));
    if (decoder.onGpu || stay.length === 0 || stay.length === this.texts.length) return;
    const texts = stay.map((row) => this.texts[row]!);
    this.take(texts, keepRows(this.layout, this.cache!, stay, decoder.Tensor));
  }
}
