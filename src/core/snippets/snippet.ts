import type { Prompt } from '../chat/prompt.js';
import type { ControlVectors } from '../formats/gguf.js';
import type { ModelStamp } from '../model.js';
import type { SamplingSettings } from '../sampling.js';
import type { Plan } from '../steering/plan.js';

/** What the page does now, with the files that its vectors are exported to. */
export interface SnippetInput {
  readonly model: ModelStamp;
  /** Names of the directions that the plan applies. */
  readonly directions: readonly string[];
  readonly prompt: Prompt;
  readonly sampling: SamplingSettings;
  readonly plan: Plan;
  /** The safetensors export, and what it calls the vectors that the plan holds: by several names where layers share one. */
  readonly vectors: { readonly fileName: string; readonly names: ReadonlyMap<Float32Array, readonly string[]> };
  /** The GGUF export of the directions that are on, as applied. */
  readonly controlVectors: ControlVectors;
}

/** A program that writes the page's text elsewhere: one file in this folder each, listed in the index. */
export interface Snippet {
  /** The file's name. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  readonly language: 'python' | 'shell';
  /** The format of the files that it loads. */
  readonly loads: 'safetensors' | 'gguf';
  write(input: SnippetInput): string;
}
