import {
  createSampler,
  type SampledToken,
  type Sampler,
  type SamplingSettings,
  type TopLogits,
} from '../../core/sampling.js';
import type { CompiledPlan, TokenAction } from '../../core/steering/schedule.js';
import type { EndReason, GenerateEvent, Probe, Readout } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import { PieceDecoder } from '../model/pieces.js';
import { readToken, readTokens } from './readout.js';
import type { PromptState, WrittenText } from './texts.js';

/** One text while it is written. Rows of a request whose plans are the same share one. */
export class TextInProgress {
  readonly ids: number[];
  readonly promptLength: number;
  readonly spoken: PromptState['spoken'];
  private readonly logProbabilities: number[];
  private readonly residuals: Float32Array;
  private readonly sampler: Sampler;
  private readonly pieces: PieceDecoder;
  /** Set when the last token was chosen; the text ends once that token was read too. */
  reason: EndReason | null = null;

  constructor(
    private readonly model: SteeredModel,
    readonly plan: CompiledPlan,
    public names: readonly string[],
    readonly sampling: SamplingSettings,
    prompt: PromptState,
    private probes: readonly Probe[],
  ) {
    this.ids = [...prompt.ids];
    this.promptLength = prompt.ids.length;
    this.spoken = prompt.spoken;
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

  /** What the plan does at the last token, which is the next to be read. */
  nextAction(): TokenAction {
    return this.plan.actionAt({ phase: 'generated', index: this.ids.length - 1 - this.promptLength });
  }

  /** Goes on for another request, after telling what is there: the last token was chosen and not read yet. */
  resume(events: GenerateEvent[], names: readonly string[], probes: readonly Probe[]): void {
    this.names = names;
    this.probes = probes;
    const perToken = this.model.shape.layers * this.model.shape.width;
    const residuals = this.residuals.subarray(0, (this.ids.length - 1) * perToken);
    for (const row of names) events.push(...retell(this.model, { ...this.told(), residuals }, row, probes));
  }

  /** Chooses the next token from the logits [vocabulary] of the last one. */
  choose(events: GenerateEvent[], logits: Float32Array): void {
    this.take(events, this.sampler.next(logits));
  }

  /** The same from the likeliest tokens alone; false, and nothing happened, when they do not decide it. */
  chooseOfTop(events: GenerateEvent[], top: TopLogits): boolean {
    const token = this.sampler.nextOfTop(top);
    if (token) this.take(events, token);
    return token !== null;
  }

  private take(events: GenerateEvent[], { id, logProbability }: SampledToken): void {
    const position = this.ids.push(id) - 1;
    this.logProbabilities.push(logProbability);
    const piece = this.pieces.push(id);
    const special = this.model.tokenizer.isSpecial(id);
    for (const row of this.names) events.push({ type: 'token', row, position, id, piece, special, logProbability });
    this.reason = reasonToEnd(this.model, this.ids, this.promptLength, this.sampling.maxNewTokens);
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
      ...this.told(),
      textId,
      residuals: this.residuals.slice(0, this.ids.length * this.model.shape.layers * this.model.shape.width),
      reason,
      sampling: this.sampling,
      plan: this.plan,
    };
  }

  private told() {
    const { ids, promptLength, spoken, logProbabilities } = this;
    return { ids, promptLength, spoken, logProbabilities };
  }
}

/** Why a text ends with its last token; null where it goes on. */
export function reasonToEnd(
  { endIds, shape }: Pick<SteeredModel, 'endIds' | 'shape'>,
  ids: readonly number[],
  promptLength: number,
  maxNewTokens: number,
): EndReason | null {
  if (endIds.has(ids[ids.length - 1]!)) return 'end-of-text';
  if (ids.length - promptLength >= maxNewTokens) return 'length';
  return ids.length >= shape.context ? 'context-full' : null;
}

/** The events of a text that was written before, in one go, with today's probes. */
export function replay(model: SteeredModel, text: WrittenText, row: string, probes: readonly Probe[]): GenerateEvent[] {
  return [...retell(model, text, row, probes), { type: 'end', row, textId: text.textId, reason: text.reason }];
}

/** What there is of a text: its tokens, and readouts as far as there are residuals. */
function retell(
  model: SteeredModel,
  text: Pick<WrittenText, 'ids' | 'promptLength' | 'logProbabilities' | 'residuals'>,
  row: string,
  probes: readonly Probe[],
): GenerateEvent[] {
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
    const readout = readouts[position];
    if (readout) events.push({ type: 'readout', row, position, readout });
  }
  return events;
}
