import type { Prompt } from '../../core/chat/prompt.js';
import { encodePrompt } from '../generation/prompt.js';
import type { SteeredModel } from '../model/steered-model.js';

/**
 * Of prompts, those that the model reads as equally many tokens, because they can be rows of one batch: the largest such
 * group.
 */
export function alike(model: SteeredModel, prompts: readonly Prompt[]): readonly Prompt[] {
  const groups = Map.groupBy(prompts, (prompt) => encodePrompt(model, prompt).ids.length);
  return [...groups.values()].reduce((largest, group) => (group.length > largest.length ? group : largest), []);
}
