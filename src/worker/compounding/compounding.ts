import type { CompoundingRun, TextReadTwice } from '../../core/compounding/run.js';
import { SteerboardError } from '../../core/errors.js';
import { impulseOf } from '../../core/steering/impulse.js';
import { emptyPlan, type Plan } from '../../core/steering/plan.js';
import type { CompoundingEvent, CompoundingRequest } from '../../protocol/api.js';
import type { Turn } from '../capture/background.js';
import { decideApart } from '../generation/conditions.js';
import { encodePrompt } from '../generation/prompt.js';
import type { EncodedPrompt } from '../model/chat-template.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { readTwice, type TextToRead } from './read-twice.js';
import { onOneSession } from './steady-turns.js';
import { writeTexts } from './write.js';

/**
 * Writes texts of every prompt and seed without the plan, under it, and under it at the first generated tokens alone, and reads
 * each with the plan and without. A run is told as soon as it is done, so a cancelled call leaves those that are.
 */
export async function measureCompounding(
  model: SteeredModel,
  request: CompoundingRequest,
  task: Task,
  say: (event: CompoundingEvent) => void,
  turn: Turn,
): Promise<void> {
  const { prompts, seeds } = request;
  check(request, model);
  const count = new Count(request, say);
  for (const [index, prompt] of prompts.entries()) {
    const encoded = encodePrompt(model, prompt);
    const plan = await turn(() => decideApart(model, encoded, request.plan));
    const impulse = impulseOf(plan, request.impulse);
    const plans = [emptyPlan, plan, ...(impulse ? [impulse] : [])];
    const counting: Turn = async (piece) => {
      const result = await turn(piece);
      count.step();
      return result;
    };
    const written = await onOneSession(model, counting, (steady) =>
      writeTexts(model, encoded, plans, seeds, request.sampling, steady),
    );
    count.written(index);
    for (const [at, seed] of seeds.entries()) {
      const read = (row: number, under: Plan): Promise<TextReadTwice> =>
        readWhole(model, { ...encoded, ids: [...encoded.ids, ...written[row]![at]!], promptLength: encoded.ids.length }, under, request, task, turn); // prettier-ignore
      const run: CompoundingRun = {
        prompt: index,
        seed,
        baseline: await read(0, plan),
        steered: await read(1, plan),
        impulse: impulse ? await read(2, impulse) : null,
        lengths: typeof prompt === 'string' ? await afterLengths(model, encoded, written[0]![at]!, plan, request, task, turn) : [], // prettier-ignore
      };
      say({ type: 'run', run });
      count.read(index, at + 1);
    }
  }
}

function check({ prompts, seeds, sampling, impulse, direction }: CompoundingRequest, { shape }: SteeredModel): void {
  if (prompts.length === 0 || seeds.length === 0 || !(sampling.maxNewTokens >= 2) || !(impulse >= 1)) {
    const message = 'Give at least one prompt, one seed, two new tokens and an impulse of one token.';
    throw new SteerboardError('input-empty', message, { prompts: prompts.length, seeds: seeds.length });
  }
  if (direction && (direction.vector.length !== shape.width || direction.layer >= shape.layers)) {
    const message = `The direction is of a model with other layers or another width than ${shape.layers} and ${shape.width}. Fit it again on this model.`;
    throw new SteerboardError('document-other-model', message, { layer: direction.layer, width: direction.vector.length }); // prettier-ignore
  }
}

function readWhole(
  model: SteeredModel,
  text: TextToRead,
  plan: Plan,
  { direction }: Pick<CompoundingRequest, 'direction'>,
  task: Task,
  turn: Turn,
): Promise<TextReadTwice> {
  return onOneSession(model, turn, (steady) => readTwice(model, text, plan, direction, task, steady));
}

/**
 * Reads the same last tokens of an unsteered text after more and more of what stands before them, the text's own special
 * tokens in front. What is read stays the same, so only the length tells.
 */
async function afterLengths(
  model: SteeredModel,
  prompt: EncodedPrompt,
  generated: readonly number[],
  plan: Plan,
  request: CompoundingRequest,
  task: Task,
  turn: Turn,
): Promise<CompoundingRun['lengths']> {
  const firstPlain = prompt.ids.findIndex((id) => !model.tokenizer.isSpecial(id));
  const front = prompt.ids.slice(0, Math.max(0, firstPlain));
  const all = [...prompt.ids.slice(front.length), ...generated];
  const context = all.slice(0, -request.readTokens);
  const read = all.slice(-request.readTokens);
  const lengths: { length: number; kl: number }[] = [];
  for (const length of request.lengths) {
    if (length > context.length || length < 1 || generated.length <= request.readTokens) continue;
    const before = [...front, ...context.slice(-length)];
    const text = { ids: [...before, ...read], promptLength: before.length, spoken: [] };
    const { kl } = await readWhole(model, text, plan, { direction: null }, task, turn);
    lengths.push({ length, kl: kl.reduce((sum, value) => sum + value, 0) / kl.length });
  }
  return lengths;
}

/** How far it is: writing a prompt's texts and reading them count alike. */
class Count {
  /** Steps that writing a prompt's texts takes at most, one a token. */
  private readonly each: number;
  private readonly of: number;
  private readonly seeds: number;
  private begun = 0;
  private steps = 0;

  constructor(
    { prompts, seeds, sampling }: CompoundingRequest,
    private readonly say: (event: CompoundingEvent) => void,
  ) {
    this.seeds = seeds.length;
    this.each = sampling.maxNewTokens;
    this.of = 2 * prompts.length * this.each;
  }

  step(): void {
    this.steps = Math.min(this.steps + 1, this.each);
    this.tell(this.begun + this.steps);
  }

  written(prompt: number): void {
    this.steps = 0;
    this.begun = (2 * prompt + 1) * this.each;
    this.tell(this.begun);
  }

  /** @param texts of this prompt, of which one for every seed is read */
  read(prompt: number, texts: number): void {
    this.begun = Math.round((2 * prompt + 1 + texts / this.seeds) * this.each);
    this.tell(this.begun);
  }

  private tell(done: number): void {
    this.say({ type: 'progress', done, of: this.of });
  }
}
