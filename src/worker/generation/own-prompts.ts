import type { PromptState, PromptStore } from './texts.js';
import type { SteeredModel } from '../model/steered-model.js';

/** The prompts that work in the background begins from. They are its own, so that the page's are not pushed out of their store. */
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

  /** Lets them go. They are freed when whoever has the model sweeps next: others' that were dropped may still be in use. */
  clear(): void {
    this.model.decoder.caches.drop(this.states.map(({ cache }) => cache));
    this.states = [];
  }
}
