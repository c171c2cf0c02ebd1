import type { Prompt } from '../chat/prompt.js';
import type { EffectInput, MeasuredText } from '../outcomes/index.js';
import { emptyPlan } from '../steering/plan.js';
import {
  baselineSetting,
  cellId,
  figuresOf,
  pointOf,
  type MeasuredPoint,
  type Means,
  type Setting,
  type SettingCell,
  type TextFigures,
} from '../sweeps/index.js';

/** What settings are measured on, and by what. */
export interface MeasuredOn {
  readonly prompts: readonly Prompt[];
  readonly seeds: readonly number[];
  readonly reading: Omit<EffectInput, 'text'>;
  /** Writes texts and measures them; texts that failed are not among those that it tells. Rejects with `cancelled`. */
  readonly write: (cells: readonly SettingCell[]) => Promise<readonly (MeasuredText & { readonly id: string })[]>;
}

/** A setting to measure, and how it is carried out. */
export interface ToMeasure {
  readonly setting: Setting;
  readonly means: Means;
  /** Indices of prompts. */
  readonly on: readonly number[];
}

const baseline: Pick<ToMeasure, 'setting' | 'means'> = { setting: baselineSetting, means: { plan: emptyPlan } };

/** Measures settings against the unsteered texts of the same prompts and seeds. What was written once is not written again. */
export class Measurer {
  private readonly figures = new Map<string, TextFigures>();
  private readonly words = new Map<string, string>();

  constructor(private readonly measuredOn: MeasuredOn) {}

  /** In the order of what is asked. */
  async points(asked: readonly ToMeasure[]): Promise<readonly MeasuredPoint[]> {
    const on = [...new Set(asked.flatMap((one) => one.on))];
    await this.write([{ ...baseline, on }, ...asked]);
    return asked.map(({ setting, on: prompts }) => pointOf(setting, this.pairsOf(setting, prompts)));
  }

  /** How much more of it the setting's texts have than the unsteered ones, one value a prompt: the mean over its seeds. */
  gains(setting: Setting, prompts: readonly number[] = [...this.measuredOn.prompts.keys()]): readonly number[] {
    return prompts.map((on) => pointOf(setting, this.pairsOf(setting, [on])).effect);
  }

  /** What was written on a prompt with the first seed; empty where it failed. */
  textOn(setting: Setting, on: number): string {
    return this.words.get(cellId(setting, on, this.measuredOn.seeds[0]!)) ?? '';
  }

  private async write(asked: readonly ToMeasure[]): Promise<void> {
    const { prompts, seeds, reading, write } = this.measuredOn;
    const cells = new Map<string, SettingCell>();
    for (const { setting, means, on } of asked)
      for (const prompt of on)
        for (const seed of seeds) {
          const id = cellId(setting, prompt, seed);
          if (!this.figures.has(id)) cells.set(id, cellOf(id, { setting, means }, prompt, prompts[prompt]!, seed));
        }
    if (cells.size === 0) return;
    for (const text of await write([...cells.values()])) {
      const steered = cells.get(text.id)?.setting.layers;
      const layers = steered ? Array.from({ length: steered[1] - steered[0] + 1 }, (_, step) => steered[0] + step) : [];
      this.figures.set(text.id, figuresOf(text, reading, layers));
      this.words.set(text.id, text.pieces.filter((_, token) => !text.special[token]).join(''));
    }
  }

  private pairsOf(setting: Setting, prompts: readonly number[]) {
    return prompts.flatMap((on) =>
      this.measuredOn.seeds.flatMap((seed) => {
        const text = this.figures.get(cellId(setting, on, seed));
        const unsteered = this.figures.get(cellId(baselineSetting, on, seed));
        return text && unsteered ? [{ text, baseline: unsteered, on }] : [];
      }),
    );
  }
}

function cellOf(
  id: string,
  { setting, means: { plan, wish } }: Pick<ToMeasure, 'setting' | 'means'>,
  on: number,
  prompt: Prompt,
  seed: number,
): SettingCell {
  return { id, setting, on, ...(wish ? { prompt: wish(prompt), reference: prompt } : { prompt }), plan, seed };
}
