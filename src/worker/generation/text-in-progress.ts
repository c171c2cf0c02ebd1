import { createSampler, type Sampler, type SamplingSettings } from '../../core/sampling.js';
import type { CompiledPlan } from '../../core/steering/intervention.js';
import type { EndReason, GenerateEvent, Probe, Readout } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import { PieceDecoder } from '../model/tokenizer.js';
import { readToken, readTokens } from './readout.js';
import type { PromptState, WrittenText } from './texts.js';

/** One text while it is written. Rows of a request whose plans are the same share one. */
export class TextInProgress {
  readonly ids: number[];
  private readonly promptLength: number;
  private readonly logProbabilities: number[];
  private readonly residuals: Float32Array;
  private readonly sampler: Sampler;
  private readonly pieces: PieceDecoder;
  /** Set when the last token was chosen; the text ends once that token was read too. */
  reason: EndReason | null = null;

  constructor(
    private readonly model: SteeredModel,
    readonly plan: CompiledPlan,
    readonly names: readonly string[],
    private readonly sampling: SamplingSettings,
    prompt: PromptState,
    private readonly probes: readonly Probe[],
  ) {
    this.ids = [...prompt.ids];
    this.promptLength = prompt.ids.length;
    this.logProbabilities = prompt.ids.map(() => NaN);
    const { layers, width, context } = model.shape;
    const most = Math.min(context, this.promptLength + sampling.maxNewTokens);
    this.residuals = new Float32Array(most * layers * width);
    this.residuals.set(prompt.residuals);
    this.sampler = createSampler(sampling, prompt.ids);
    this.pieces = new PieceDecoder(model.tokenizer);
    prompt.ids.forEach((id) => this.pieces.push(id));
  }

  /** The prompt's event. */
  begin(events: GenerateEvent[], prompt: PromptState): void {
    const text = this.model.describe(prompt.ids);
    const readouts = readTokens(prompt.residuals, this.probes, this.model.shape);
    for (const row of this.names) events.push({ type: 'prompt', row, text, readouts });
  }

  /** Chooses the next token from the logits [vocabulary] of the last one. */
  choose(events: GenerateEvent[], logits: Float32Array): void {
    const { id, logProbability } = this.sampler.next(logits);
    const position = this.ids.push(id) - 1;
    this.logProbabilities.push(logProbability);
    const piece = this.pieces.push(id);
    const special = this.model.tokenizer.isSpecial(id);
    for (const row of this.names) events.push({ type: 'token', row, position, id, piece, special, logProbability });
    if (this.model.endIds.has(id)) this.reason = 'end-of-text';
    else if (this.ids.length - this.promptLength >= this.sampling.maxNewTokens) this.reason = 'length';
    else if (this.ids.length >= this.model.shape.context) this.reason = 'context-full';
  }

  /** Takes what was read at the last token, [L·d]. */
  read(events: GenerateEvent[], residual: Float32Array): void {
    const position = this.ids.length - 1;
    this.residuals.set(residual, position * residual.length);
    const readout: Readout = readToken(residual, 0, this.probes, this.model.shape);
    for (const row of this.names) events.push({ type: 'readout', row, position, readout });
  }

  finish(events: GenerateEvent[], textId: string): WrittenText {
    const reason = this.reason ?? 'length';
    for (const row of this.names) events.push({ type: 'end', row, textId, reason });
    return {
      textId,
      ids: this.ids,
      promptLength: this.promptLength,
      logProbabilities: this.logProbabilities,
      residuals: this.residuals.slice(0, this.ids.length * this.model.shape.layers * this.model.shape.width),
      reason,
      sampling: this.sampling,
      plan: this.plan,
    };
  }
}

/** The events of a text that was written before, in one go, with today's probes. */
export function replay(model: SteeredModel, text: WrittenText, row: string, probes: readonly Probe[]): GenerateEvent[] {
  const { ids, pieces, special } = model.describe(text.ids);
  const readouts = readTokens(text.residuals, probes, model.shape);
  const until = text.promptLength;
  const events: GenerateEvent[] = [
    {
      type: 'prompt',
      row,
      text: { ids: ids.slice(0, until), pieces: pieces.slice(0, until), special: special.slice(0, until) },
      readouts: readouts.slice(0, until),
    },
  ];
  for (let position = until; position < ids.length; position++) {
    events.push({
      type: 'token',
      row,
      position,
      id: ids[position]!,
      piece: pieces[position]!,
      special: special[position]!,
      logProbability: text.logProbabilities[position]!,
    });
    events.push({ type: 'readout', row, position, readout: readouts[position]! });
  }
  events.push({ type: 'end', row, textId: text.textId, reason: text.reason });
  return events;
}
