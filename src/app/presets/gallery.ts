import type { ContrastTexts } from '../../core/directions/direction.js';
import type { EffectChoice } from '../../core/outcomes/index.js';
import { concepts } from './concepts.js';

export const themes = ['mood', 'genre', 'tense', 'formality', 'topic', 'language'] as const;

/** A setting with what it did, as `core/sweeps` measures it. */
export interface MeasuredSetting {
  /** First and last layer, 0-based, both included. */
  readonly layers: readonly [number, number];
  readonly strength: number;
  /** Mean difference from the baseline texts in the effect's unit, with its 95 % interval. */
  readonly effect: number;
  readonly interval: readonly [number, number];
  /** Mean KL(steered ‖ unsteered) of a generated token, nats. */
  readonly cost: number;
}

/** What a sweep on one model found. */
export interface Measured {
  /** Id, revision and dtype of the model. */
  readonly model: string;
  readonly effect: Pick<EffectChoice, 'effect' | 'layer'>;
  readonly prompts: number;
  readonly seeds: number;
  readonly tokens: number;
  /** The settings that no other beats, by ascending cost. */
  readonly frontier: readonly MeasuredSetting[];
  /** The one of them with the most effect whose texts are within range. */
  readonly use: MeasuredSetting | null;
}

/** A direction to begin with. Each is a file in `gallery/`; `scripts/measure-gallery.mjs` writes what was measured of those of the bundled model. */
export interface Preset {
  readonly name: string;
  readonly opposite: string;
  readonly theme: (typeof themes)[number];
  readonly about: string;
  /** `tales`: in the bundled model's words. `hub`: plain English for the models of the short list. */
  readonly models: 'tales' | 'hub';
  readonly texts: ContrastTexts;
  readonly method: string;
  /** Null: not on the model that it is for; the page measures it where it is used. */
  readonly measured: Measured | null;
}

/** As in a file: the texts of a concept are named. */
type PresetFile = Omit<Preset, 'texts'> & { readonly texts: string | ContrastTexts };

const files = import.meta.glob<PresetFile>('./gallery/*.json', { import: 'default' });

/** All of them, by theme and name; fetched when they are first asked for. */
export async function loadGallery(): Promise<readonly Preset[]> {
  const presets = await Promise.all(Object.values(files).map(async (load) => presetOf(await load())));
  return presets.sort(
    (a, b) => themes.indexOf(a.theme) - themes.indexOf(b.theme) || a.name.localeCompare(b.name, 'en'),
  );
}

function presetOf(file: PresetFile): Preset {
  const { texts } = file;
  if (typeof texts !== 'string') return { ...file, texts };
  const concept = concepts.find(({ name }) => name === texts);
  if (!concept) throw new Error(`The gallery names a concept that is not there: ${texts}.`);
  return { ...file, texts: concept.texts };
}
