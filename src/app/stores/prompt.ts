import { create } from 'zustand';
import { defaultSampling, type SamplingSettings } from '../../core/sampling.js';
import { firstPrompt } from '../presets/happySad.js';

export interface PromptState {
  readonly prompt: string;
  readonly sampling: SamplingSettings;
}

export const usePrompt = create<PromptState>()(() => ({ prompt: firstPrompt, sampling: defaultSampling }));

export function setPrompt(prompt: string): void {
  usePrompt.setState({ prompt });
}

export function setSampling(change: Partial<SamplingSettings>): void {
  usePrompt.setState((state) => ({ sampling: { ...state.sampling, ...change } }));
}
