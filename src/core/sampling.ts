export interface SamplingSettings {
  /** 0 is greedy. */
  readonly temperature: number;
  /** 0 keeps all. */
  readonly topK: number;
  /** 1 keeps all. */
  readonly topP: number;
  /** Divides positive and multiplies negative logits of tokens already in the text, as in CTRL (1909.05858); 1 is off. */
  readonly repetitionPenalty: number;
  readonly seed: number;
  readonly maxNewTokens: number;
}

export const defaultSampling: SamplingSettings = {
  temperature: 0.7,
  topK: 0,
  topP: 0.95,
  repetitionPenalty: 1,
  seed: 7,
  maxNewTokens: 96,
};

export { createSampler, type SampledToken, type Sampler } from './sampling/sampler.js';
export { topCanDecide, type TopLogits } from './sampling/top.js';
