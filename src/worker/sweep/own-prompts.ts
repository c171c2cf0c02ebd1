import type { PromptState, PromptStore } from '../generation/texts.js';
import type { SteeredModel } from '../model/steered-model.js';

/** The prompts that a batch begins from. They are its own, so that the page's are not pushed out of their store. */
export class OwnPrompts implements PromptStore {
  private states: PromptState[] = [];
  /** Tokens that were read for them. */
  tokens = 0;

  constructor(private readonly model: SteeredModel) {}

  find(fits: (state: PromptState) => boolean): PromptState | null {
    return this.states.find(fits) ?? null;
  }

  add(state: PromptState): void {
    this.states.push(state);
    this.tokens += state.ids.length;
  }

  /** Lets them go, in a turn with the model. */
  clear(): void {
    const { caches } = this.model.decoder;
    caches.drop(this.states.map(({ cache }) => cache));
    caches.sweep();
    this.states = [];
  }
}
