import type { Prompt } from '../../core/chat/prompt.js';
import { SteerboardError } from '../../core/errors.js';
import { encodePrompt } from '../generation/prompt.js';
import type { SteeredModel } from '../model/steered-model.js';
import { groupBy } from '../sweep/ordering.js';

/**
 * Of prompts, those that the model reads as equally many tokens, because they can be rows of one batch: the largest such
 * group. Those that it cannot read are passed over.
 *
 * @throws SteerboardError as {@link encodePrompt} does, when it can read none
 */
export function alike(model: SteeredModel, prompts: readonly Prompt[]): readonly Prompt[] {
  let failure: SteerboardError | null = null;
  const read = prompts.flatMap((prompt) => {
    try {
      return [{ prompt, tokens: encodePrompt(model, prompt).ids.length }];
    } catch (error) {
      if (!(error instanceof SteerboardError)) throw error;
      failure ??= error;
      return [];
    }
  });
  if (read.length === 0 && failure) throw failure as SteerboardError;
  const groups = [...groupBy(read, ({ tokens }) => tokens).values()];
  const largest = groups.reduce((most, group) => (group.length > most.length ? group : most), []);
  return largest.map(({ prompt }) => prompt);
}
