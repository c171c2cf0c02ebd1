import { AdditivityError, logSoftmax, MeanPromotion, type Promotion } from '../../core/measures/index.js';
import { SteerboardError } from '../../core/errors.js';
import type { Plan, PlanTerm } from '../../core/steering/plan.js';
import type { Steps } from '../../core/steps.js';
import { subtract } from '../../core/tensors/vector.js';
import type { AddedVector, AdditivityReport, EffectReport, EffectRequest, PromotedToken } from '../../protocol/api.js';
import { inPieces, type OnProgress, type Turn } from '../capture/background.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { readUnder, type ReadText } from './read-under.js';

/** Tokens of a text that are read at most: enough to average over, and a run of them is short. */
const mostTokens = 48;
/** Logits that one run may return; bounds memory for large vocabularies. */
const mostLogits = 2 ** 22;

/**
 * How the model answers to a vector: reads texts with and without it at several strengths, each run a turn of its own.
 *
 * @throws SteerboardError `input-empty` when there is nothing to read; same errors as {@link readUnder}
 */
export async function assessEffect(
  model: SteeredModel,
  request: EffectRequest,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<EffectReport> {
  const most = Math.max(2, Math.min(mostTokens, Math.floor(mostLogits / model.shape.vocabulary)));
  const texts = request.texts.map((ids) => ids.slice(0, most)).filter((ids) => ids.length > 0);
  if (texts.length === 0) {
    throw new SteerboardError('input-empty', 'There is no text to read. Write a prompt, and wait for its text.');
  }
  const sums = new Sums(model, request);
  const total = texts.length * sums.runsPerText;
  let done = 0;
  for (const ids of texts) {
    const read = async (plan: Plan): Promise<ReadText> => {
      onProgress({ label: 'Reading with and without the direction', done: done++, total });
      await task.breathe();
      return turn(() => readUnder(model, ids, plan));
    };
    await sums.take(ids, read, task);
  }
  onProgress({ label: 'Reading with and without the direction', done, total });
  return sums.report();
}

/** What was changed by a plan, against no plan. */
interface Change {
  /** [T, L·d] */
  readonly residuals: Float32Array;
  /** [T, vocabulary], each position's from their mean. */
  readonly logits: Float32Array;
}

/** What is summed over texts. */
class Sums {
  private readonly doubled: readonly AdditivitySum[];
  private readonly summed: readonly AdditivitySum[];
  private readonly promotion: MeanPromotion;
  private positions = 0;

  constructor(
    private readonly model: SteeredModel,
    private readonly request: EffectRequest,
  ) {
    const { strengths, other } = request;
    this.doubled = strengths.map((strength) => new AdditivitySum(model, strength));
    this.summed = other ? strengths.map((strength) => new AdditivitySum(model, strength)) : [];
    this.promotion = new MeanPromotion(model.shape.vocabulary);
  }

  /** Different strengths of the direction alone: every s and 2s once. */
  private get alone(): readonly number[] {
    const { strengths } = this.request;
    return [...new Set(strengths.flatMap((strength) => [strength, 2 * strength]))].toSorted((a, b) => a - b);
  }

  get runsPerText(): number {
    return 2 + this.alone.length + 2 * this.summed.length;
  }

  async take(ids: readonly number[], read: (plan: Plan) => Promise<ReadText>, task: Task): Promise<void> {
    const { direction, other, promotedAt } = this.request;
    const before = await read(this.planOf([]));
    const promoted = await read(this.planOf([[direction, promotedAt]]));
    await inPieces(this.promoteSteps(ids, before, promoted), task, () => undefined);
    const change = async (...terms: readonly (readonly [AddedVector, number])[]): Promise<Change> =>
      changeOf(before, await read(this.planOf(terms)), this.model.shape.vocabulary);
    // A change is kept until its double has come: of ascending strengths that is soon.
    const kept = new Map<number, Change>();
    for (const strength of this.alone) {
      const whole = await change([direction, strength]);
      const half = kept.get(strength / 2);
      if (half) this.doubled.find((sum) => 2 * sum.strength === strength)?.add(whole, [half, half]);
      kept.delete(strength / 2);
      kept.set(strength, whole);
      const sum = this.summed.find((it) => it.strength === strength);
      if (!sum || !other) continue;
      const second = await change([other, strength]);
      sum.add(await change([direction, strength], [other, strength]), [whole, second]);
    }
  }

  /** Special tokens are left out: the plan does nothing at them, and what follows one is no word of the text. */
  private *promoteSteps(ids: readonly number[], before: ReadText, after: ReadText): Steps<void> {
    const { vocabulary } = this.model.shape;
    for (const [position, id] of ids.entries()) {
      if (this.model.tokenizer.isSpecial(id)) continue;
      const at = position * vocabulary;
      const row = ({ logits }: ReadText): Float64Array => logSoftmax(logits.subarray(at, at + vocabulary));
      this.promotion.add(row(before), row(after));
      this.positions++;
      yield;
    }
  }

  private planOf(added: readonly (readonly [AddedVector, number])[]): Plan {
    const { hook, layer } = this.request;
    const terms = added.map(([{ vector, residualNorm }, strength]): PlanTerm => ({
      operator: 'add',
      strength,
      scope: { prompt: true, generated: true },
      sites: [{ layer, hook, vector, residualNorm }],
    }));
    return { terms, steerSpecialTokens: false };
  }

  report(): EffectReport {
    const named = (token: Promotion): PromotedToken => ({
      ...token,
      piece: this.model.tokenizer.decode([token.id]),
    });
    const { raised, lowered } = this.promotion.most(this.request.promoted);
    return {
      doubled: this.doubled.map((sum) => sum.report()),
      summed: this.summed.map((sum) => sum.report()),
      raised: raised.map(named),
      lowered: lowered.map(named),
      positions: this.positions,
    };
  }
}

/** Additivity of residuals at every layer, and of logits. */
class AdditivitySum {
  private readonly layers: readonly AdditivityError[];
  private readonly logits = new AdditivityError();

  constructor(
    private readonly model: SteeredModel,
    readonly strength: number,
  ) {
    this.layers = Array.from({ length: model.shape.layers }, () => new AdditivityError());
  }

  add(whole: Change, parts: readonly Change[]): void {
    const { width } = this.model.shape;
    this.logits.add(
      whole.logits,
      parts.map(({ logits }) => logits),
    );
    for (let row = 0; row * width < whole.residuals.length; row++) {
      const at = ({ residuals }: Change): Float32Array => residuals.subarray(row * width, (row + 1) * width);
      this.layers[row % this.layers.length]!.add(at(whole), parts.map(at));
    }
  }

  report(): AdditivityReport {
    const { strength } = this;
    return { strength, layers: Float32Array.from(this.layers, ({ value }) => value), logits: this.logits.value };
  }
}

function changeOf(before: ReadText, after: ReadText, vocabulary: number): Change {
  const logits = subtract(after.logits, before.logits);
  for (let start = 0; start < logits.length; start += vocabulary) {
    const row = logits.subarray(start, start + vocabulary);
    let sum = 0;
    for (let i = 0; i < vocabulary; i++) sum += row[i]!;
    for (let i = 0; i < vocabulary; i++) row[i]! -= sum / vocabulary;
  }
  return { residuals: subtract(after.residuals, before.residuals), logits };
}
