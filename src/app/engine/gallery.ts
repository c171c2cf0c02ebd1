/** Directions to begin with, put on the board. */
import type { LoadedModel } from '../../protocol/api.js';
import type { Preset } from '../presets/gallery.js';
import { addDirection, useDirections } from '../stores/directions.js';
import { addedEntry } from './entries.js';
import { fitEntry } from './fitting.js';

/** Which of the gallery's directions are for a model: the bundled one writes simple stories, others know plain English. */
export function presetsFor(presets: readonly Preset[], { stamp }: Pick<LoadedModel, 'stamp'>): readonly Preset[] {
  const models = stamp.id === 'tales' ? 'tales' : 'hub';
  return presets.filter((preset) => preset.models === models);
}

/** Adds a preset as it was measured to be best, or with the usual application where it was not, and fits it; at half the strength beside others. */
export async function addPreset(preset: Preset): Promise<void> {
  const { name, opposite, texts, method, measured } = preset;
  const entry = addedEntry({ name, opposite, texts, method });
  const use = measured?.use;
  // Beside others that are on, what was measured alone would be too much.
  const share = useDirections.getState().entries.some(({ enabled }) => enabled) ? 0.5 : 1;
  const added = use ? { ...entry, layers: use.layers, strength: share * use.strength } : entry;
  addDirection(added);
  await fitEntry(added);
}
