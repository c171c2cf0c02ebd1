import type { Prompt } from '../chat/prompt.js';
import type { Plan } from '../steering/plan.js';
import { finenessOf } from './coarse-to-fine.js';
import { steeredSetting, type Setting, type Span } from './setting.js';

/** More texts than this are not begun: they would take long, and the page keeps them all. */
export const mostTexts = 5000;

/** What a sweep goes through: every direction at every span of layers with every strength. */
export interface Grid {
  readonly kind: 'steered' | 'random';
  readonly directions: readonly string[];
  readonly spans: readonly Span[];
  readonly strengths: readonly number[];
  /** The strength at which nothing is done; absent: 0; NaN where every one does something. */
  readonly origin?: number;
}

/**
 * The settings of a grid, coarse ones first: the corners of layers × strengths, then what lies between them, so that what is
 * done early shows the shape of the whole. The strength that does nothing is left out: it is the baseline.
 */
export function settingsOf({ kind, directions, spans, strengths, origin = 0 }: Grid): readonly Setting[] {
  const steering = strengths.filter((strength) => strength !== origin);
  const [bySpan, byStrength] = [finenessOf(spans.length), finenessOf(steering.length)];
  const placed = spans.flatMap((span, row) =>
    steering.flatMap((strength, column) =>
      directions.map((direction) => ({
        fineness: bySpan[row]! + byStrength[column]!,
        setting: steeredSetting(kind, direction, span, strength),
      })),
    ),
  );
  return placed.sort((a, b) => a.fineness - b.fineness).map(({ setting }) => setting);
}

/** A setting on one prompt with one seed: a text to write, as the worker takes it. */
export interface SettingCell {
  readonly id: string;
  readonly setting: Setting;
  /** Index of the prompt. */
  readonly on: number;
  readonly prompt: Prompt;
  /** The prompt without the wish, where the wish is put into it. */
  readonly reference?: Prompt;
  readonly plan: Plan;
  readonly seed: number;
}

/** How a setting is carried out: by a plan, and for a wish that is put into words, by what becomes of the prompt. */
export interface Means {
  readonly plan: Plan;
  readonly wish?: (prompt: Prompt) => Prompt;
}

/** Every setting on every prompt with every seed. All texts of one setting follow each other, so that its point is whole early. */
export function cellsOf(
  settings: readonly Setting[],
  prompts: readonly Prompt[],
  seeds: readonly number[],
  meansOf: (setting: Setting) => Means,
): readonly SettingCell[] {
  return settings.flatMap((setting) => {
    const { plan, wish } = meansOf(setting);
    return prompts.flatMap((prompt, on) =>
      seeds.map((seed) => ({
        id: cellId(setting, on, seed),
        setting,
        on,
        ...(wish ? { prompt: wish(prompt), reference: prompt } : { prompt }),
        plan,
        seed,
      })),
    );
  });
}

export function cellId({ key }: Setting, on: number, seed: number): string {
  return `${key} on ${on} seed ${seed}`;
}

/** So many strengths in equal steps, both ends included, to three digits behind the point. */
export function evenStrengths(from: number, to: number, count: number): readonly number[] {
  if (count < 2) return [from];
  return Array.from({ length: count }, (_, index) => {
    const strength = from + ((to - from) * index) / (count - 1);
    return Math.round(strength * 1000) / 1000 + 0; // no −0
  });
}
