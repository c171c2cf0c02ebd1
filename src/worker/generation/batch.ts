import { topCanDecide } from '../../core/sampling.js';
import type { GenerateEvent } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Feeds } from '../runtime/ort.js';
import { disposeCache, freeArray, keepRows, type BatchCache, type CachedRow } from './cache.js';
import { phaseFeeds } from './prompt.js';
import { maskValue } from './reading.js';
import type { TextInProgress } from './text-in-progress.js';
import type { UnfinishedText } from './unfinished.js';

/**
 * Texts that are written together, a token a step. All rows have the same length, because fused attention takes no
 * others: a text that an earlier request began waits until the new ones are as long as it is, or finished.
 */
export class Batch {
  private texts: readonly TextInProgress[] = [];
  private cache: BatchCache | null = null;
  private steering: Feeds = {};
  /** The rows' sets of interventions that `steering` holds; null: none yet. */
  private steeredBy: string | null = null;
  private readonly ended = new Set<TextInProgress>();

  constructor(
    private readonly model: SteeredModel,
    /** Comes in later. */
    private waiting: UnfinishedText | null,
    /** False for texts that are none of the page's: nothing is kept of them, and the page's unfinished text stays. */
    private readonly keepsUnfinished = true,
  ) {}

  get isDone(): boolean {
    return this.waiting === null && this.going.length === 0;
  }

  /** The rows to begin with, each with the cache of all its tokens but the last. */
  begin(texts: readonly TextInProgress[], caches: readonly CachedRow[]): void {
    if (texts.length > 0) this.take(texts, this.model.decoder.caches.join(caches));
  }

  /** Reads every text's last token and chooses the next. Returns the texts that end with what was read. */
  async step(events: GenerateEvent[]): Promise<readonly TextInProgress[]> {
    await this.letIn();
    const { decoder, shape, tokenizer } = this.model;
    const { texts } = this;
    const last = texts.map((text) => text.ids[text.ids.length - 1]!);
    const actions = texts.map((text) => text.nextAction());
    this.steer(actions.map(({ key }) => key));
    const result = await decoder.run({
      ids: last,
      rows: texts.length,
      length: 1,
      past: this.cache!,
      steering: this.steering,
      mask: Float32Array.from(texts, (text, row) => maskValue(tokenizer, last[row]!, text.plan, actions[row]!.gain)),
      logits: 'last',
      lent: true,
      ...this.likeliest(),
    });
    this.cache = result.cache;
    const perToken = shape.layers * shape.width;
    const finished: TextInProgress[] = [];
    let { logits } = result;
    try {
      for (const [row, text] of texts.entries()) {
        if (this.ended.has(text)) continue;
        text.read(events, result.residuals.subarray(row * perToken, (row + 1) * perToken));
        if (text.reason !== null) {
          this.ended.add(text);
          finished.push(text);
        } else if (!result.likeliest || !text.chooseOfTop(events, result.likeliest.rows[row]!)) {
          if (result.likeliest && logits.length === 0) logits = await result.likeliest.allLogits();
          text.choose(events, logits.subarray(row * shape.vocabulary, (row + 1) * shape.vocabulary));
        }
      }
    } finally {
      result.likeliest?.free();
    }
    freeArray(logits);
    freeArray(result.residuals);
    this.letOut();
    return finished;
  }

  /**
   * Lets the caches go; those of a baseline that is not finished are kept for the next request. Of texts of which nothing is
   * kept this may come while somebody else has the model, so nothing is freed but the batch's own.
   */
  end(): void {
    const { cache, waiting } = this;
    const { unfinished } = this.model;
    const row = this.texts.findIndex(
      (text) => !this.ended.has(text) && text.plan.isUnsteered && text.ids.length - 1 === cache?.length,
    );
    if (waiting) unfinished.keep(waiting);
    if (cache && !waiting && row >= 0 && this.keepsUnfinished) unfinished.keep({ text: this.texts[row]!, cache, row });
    else if (cache) disposeCache(cache);
    this.cache = this.waiting = null;
    this.model.decoder.releaseFeeds(this.steering);
    this.steering = {};
    this.steeredBy = null;
    if (this.keepsUnfinished) this.model.decoder.caches.sweep();
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
    this.steeredBy = null;
  }

  /** Makes the steering inputs anew where a row's interventions are not those of the step before. */
  private steer(keys: readonly string[]): void {
    const wanted = keys.join('|');
    if (wanted === this.steeredBy) return;
    const { decoder } = this.model;
    const rows = this.texts.map(({ plan }, row) => plan.interventions(keys[row]!));
    const next = decoder.keepFeeds(phaseFeeds(this.model, rows));
    decoder.releaseFeeds(this.steering);
    this.steering = next;
    this.steeredBy = wanted;
  }

  /** Asks for the likeliest tokens where they can decide; all rows sample alike. */
  private likeliest(): { readonly likeliestAt?: number } {
    const { sampling } = this.texts[0]!;
    return topCanDecide(sampling, this.model.decoder.top) ? { likeliestAt: sampling.temperature } : {};
  }

  private async letIn(): Promise<void> {
    const { waiting, cache } = this;
    const alone = this.going.length === 0;
    if (!waiting || (!alone && cache!.length < waiting.cache.length)) return;
    const texts = alone ? [] : this.texts;
    const { caches } = this.model.decoder;
    const rows = alone ? [] : await caches.split(cache!);
    const begun = await caches.split(waiting.cache);
    this.take([...texts, waiting.text], caches.join([...rows, begun[waiting.row]!]));
    caches.drop([...rows, ...begun]);
    this.waiting = null;
    if (cache) disposeCache(cache);
    disposeCache(waiting.cache);
  }

  /** On the GPU rows that ended stay in the batch: another number of rows may mean other shaders to compile. */
  private letOut(): void {
    const { decoder } = this.model;
    const stay = this.texts.flatMap((text, row) => (this.ended.has(text) ? [] : [row]));
    if (decoder.onGpu || stay.length === 0 || stay.length === this.texts.length) return;
    const texts = stay.map((row) => this.texts[row]!);
    const cache = this.cache!;
    this.take(texts, keepRows(this.layout, cache, stay, decoder.Tensor));
    disposeCache(cache);
  }
}
