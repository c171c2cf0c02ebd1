import type { Prompt } from '../../core/chat/prompt.js';
import { SteerboardError, toErrorData } from '../../core/errors.js';
import { hooksNeeded } from '../../core/steering/hooks.js';
import { placesOf, replyPlaces } from '../../core/steering/places.js';
import type { Plan } from '../../core/steering/plan.js';
import { compilePlan, type CompiledPlan } from '../../core/steering/schedule.js';
import type { CellFailure, SweepRequest } from '../../protocol/api.js';
import { encodePrompt } from '../generation/prompt.js';
import type { EncodedPrompt } from '../model/chat-template.js';
import { checkHooks } from '../model/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';

/** A text that is to be written; cells that ask for the same one share it. */
export interface SweepJob {
  /** Ids of the cells. */
  readonly cells: string[];
  readonly prompt: EncodedPrompt;
  /** What the unsteered model is asked with: the same object where that is the prompt. */
  readonly reference: EncodedPrompt;
  readonly plan: Plan;
  readonly seed: number;
  /** Tokens that may be generated: fewer than asked for where a context ends before. */
  readonly most: number;
}

/** Cells that are made ready before messages are let in. */
const cellsAPiece = 8;

/** Encodes prompts and compiles plans, as far as that takes no run. Cells that cannot be done are told with their errors. */
export async function jobsOf(
  model: SteeredModel,
  { cells, sampling }: Pick<SweepRequest, 'cells' | 'sampling'>,
  task: Task,
): Promise<{
  readonly jobs: readonly SweepJob[];
  readonly failed: readonly CellFailure[];
}> {
  const encoded = new Map<string, EncodedPrompt>();
  const encode = (prompt: Prompt): EncodedPrompt => {
    const name = JSON.stringify(prompt);
    const known = encoded.get(name) ?? encodePrompt(model, prompt);
    encoded.set(name, known);
    return known;
  };
  const jobs: SweepJob[] = [];
  const failed: CellFailure[] = [];
  const unsteered = new Map<EncodedPrompt, SweepJob[]>();
  for (const [index, cell] of cells.entries()) {
    if (index % cellsAPiece === cellsAPiece - 1) await task.breathe();
    try {
      const prompt = encode(cell.prompt);
      const reference = cell.reference === undefined ? prompt : encode(cell.reference);
      const most = Math.min(sampling.maxNewTokens, roomOf(model, prompt, reference));
      const { plan, seed } = cell;
      // Conditions are decided once the prompt was read. What was compiled is let go: of thousands of plans it would be much.
      const compiled = hasConditions(plan) ? null : compileChecked(model, plan, prompt, most);
      const job: SweepJob = {
        cells: [cell.id],
        prompt,
        reference,
        plan,
        seed,
        most,
      };
      const same = compiled?.isUnsteered ? (unsteered.get(prompt) ?? []) : null;
      const twin = same?.find(
        (other) => other.reference === reference && (sampling.temperature <= 0 || other.seed === seed),
      );
      if (twin) twin.cells.push(cell.id);
      else {
        jobs.push(job);
        if (same) unsteered.set(prompt, [...same, job]);
      }
    } catch (error) {
      if (!(error instanceof SteerboardError)) throw error;
      failed.push({ id: cell.id, error: toErrorData(error) });
    }
  }
  return { jobs, failed };
}

function hasConditions({ terms }: Plan): boolean {
  return terms.some(({ condition }) => condition !== undefined);
}

/** Neither model may read more than its context. */
function roomOf({ shape }: SteeredModel, prompt: EncodedPrompt, reference: EncodedPrompt): number {
  return shape.context - Math.max(prompt.ids.length, reference.ids.length);
}

/**
 * Compiles a plan without conditions and everything that it does along a text.
 *
 * @throws SteerboardError as `compilePlan` does, `plan-impossible`, and `document-other-model` for a hook that is not there
 */
export function compileChecked(model: SteeredModel, plan: Plan, prompt: EncodedPrompt, most: number): CompiledPlan {
  const compiled = compilePlan(plan, model.shape);
  checkHooks(model, hooksNeeded([compiled]));
  const { length } = prompt.ids;
  compiled.check([...placesOf(length, length, prompt.spoken), ...replyPlaces(most)]);
  return compiled;
}
