import type { MeasuredText } from '../../core/outcomes/measured-text.js';
import { createSampler, type Sampler, type SamplingSettings } from '../../core/sampling.js';
import { compared, logOddsOf } from '../../core/sweeps/predictions.js';
import type { CompiledPlan } from '../../core/steering/schedule.js';
import type { EndReason, SweepRequest } from '../../protocol/api.js';
import { PieceDecoder } from '../model/pieces.js';
import type { SteeredModel } from '../model/steered-model.js';
import { normAt, readToken } from '../generation/readout.js';
import { reasonToEnd } from '../generation/text-in-progress.js';

/** What is measured of every text of a sweep. */
export type Wanted = Pick<SweepRequest, 'probes' | 'targets'>;

/** One text of a sweep while it is written, with what was measured of it so far. */
export class SweptText {
  /** Prompt and generated tokens. */
  readonly ids: number[];
  /** Set when the last token was chosen; the text ends once that token was read too. */
  reason: EndReason | null = null;
  private readonly promptLength: number;
  private readonly sampler: Sampler;
  private readonly decoder: PieceDecoder;
  private readonly pieces: string[] = [];
  private readonly kl: number[] = [];
  private readonly baselineNll: number[] = [];
  private readonly steeredNll: number[] = [];
  private readonly odds: {
    readonly steered: number[];
    readonly unsteered: number[];
  } | null;
  private readonly norms: Float32Array[] = [];
  private readonly projections: Float32Array[] = [];
  private readonly ratios: Float64Array;
  private readonly ends: Parameters<typeof reasonToEnd>[0];

  /**
   * @param promptIds what the text continues, as the model that writes it reads it
   * @param most tokens that there is room for in both models' contexts
   */
  constructor(
    private readonly model: SteeredModel,
    readonly plan: CompiledPlan,
    private readonly sampling: SamplingSettings,
    promptIds: readonly number[],
    private readonly wanted: Wanted,
    most: number,
  ) {
    this.ids = [...promptIds];
    this.promptLength = promptIds.length;
    this.sampler = createSampler(sampling, promptIds);
    this.decoder = new PieceDecoder(model.tokenizer);
    for (const id of promptIds) this.decoder.push(id);
    this.odds = wanted.targets ? { steered: [], unsteered: [] } : null;
    this.ends = {
      endIds: model.endIds,
      shape: { ...model.shape, context: promptIds.length + most },
    };
    this.ratios = new Float64Array(model.shape.layers);
  }

  /** How many tokens were generated. */
  get length(): number {
    return this.ids.length - this.promptLength;
  }

  get lastId(): number {
    return this.ids[this.ids.length - 1]!;
  }

  /** What the plan does at the last token, which is the next to be read. */
  nextAction() {
    return this.plan.actionAt({ phase: 'generated', index: this.length - 1 });
  }

  /**
   * Chooses the next token from the steered logits [vocabulary], and measures both predictions of it. They are the same array
   * where the text is not steered.
   *
   * @param q log Σ exp of the unsteered logits
   * @throws SteerboardError `unexpected` when a logit is not finite
   */
  choose(steered: Float32Array, unsteered: Float32Array, q: number): void {
    const { total: p, kl } = steered === unsteered ? { total: q, kl: 0 } : compared(steered, unsteered, q);
    const { id, logProbability } = this.sampler.next(steered, Number.isFinite(p + kl) ? p : undefined);
    this.kl.push(kl);
    this.steeredNll.push(-logProbability);
    this.baselineNll.push(q - unsteered[id]!);
    const { targets } = this.wanted;
    if (this.odds && targets) {
      const odds = logOddsOf(steered, p, targets);
      this.odds.steered.push(odds);
      this.odds.unsteered.push(steered === unsteered ? odds : logOddsOf(unsteered, q, targets));
    }
    this.ids.push(id);
    this.pieces.push(this.decoder.push(id));
    this.reason = reasonToEnd(this.ends, this.ids, this.promptLength, this.sampling.maxNewTokens);
  }

  /** Takes what both models left at the last token, [L·d] each: the same array where the text is not steered. */
  read(steered: Float32Array, unsteered: Float32Array): void {
    const { layers, width } = this.model.shape;
    const { norms, projections } = readToken(unsteered, 0, this.wanted.probes, { layers, width });
    this.norms.push(norms);
    this.projections.push(projections);
    for (let layer = 0; layer < layers; layer++) {
      this.ratios[layer]! += steered === unsteered ? 1 : normAt(steered, layer * width, width) / norms[layer]!;
    }
  }

  /** Once the last token was read. */
  finish(): MeasuredText & { readonly reason: EndReason } {
    const ids = this.ids.slice(this.promptLength);
    return {
      ids,
      pieces: this.pieces,
      special: ids.map((id) => this.model.tokenizer.isSpecial(id)),
      kl: Float32Array.from(this.kl),
      baselineNll: Float32Array.from(this.baselineNll),
      steeredNll: Float32Array.from(this.steeredNll),
      normRatio: Float32Array.from(this.ratios, (sum) => sum / ids.length),
      norms: joined(this.norms),
      projections: joined(this.projections),
      logOdds: this.odds && {
        steered: Float32Array.from(this.odds.steered),
        unsteered: Float32Array.from(this.odds.unsteered),
      },
      reason: this.reason ?? 'length',
    };
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
