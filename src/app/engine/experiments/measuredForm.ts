/** What was measured in an experiment as it is saved and given away, and back. The schemas are in `core/experiments/measured.ts`. */
import type { z } from 'zod';
import { SteerboardError, toErrorData } from '../../../core/errors.js';
import {
  foundSchema,
  sweptRunSchema,
  sweptTextSchema,
  type FoundJson,
  type SweptRunJson,
  type SweptRunParts,
  type SweptTextJson,
  type SweptTextParts,
} from '../../../core/experiments/index.js';
import {
  baselineSetting,
  cellId,
  promptSetting,
  steeredSetting,
  type Setting,
  type Span,
} from '../../../core/sweeps/index.js';
import type { Found } from '../../stores/find.js';
import type { SweepRun, SweptSetting, SweptText } from '../../stores/sweep.js';
import { pointsOf } from '../sweepPoints.js';

/** @param isRunning whether it is said of a run that is being written that it is */
export function runParts(run: SweepRun, isRunning = run.task !== null): SweptRunParts {
  const { settings, failures, task: _, texts: _texts, points: _points, progress: _progress, ...rest } = run;
  const parts = {
    ...rest,
    settings: settings.map(({ setting: { kind, direction, layers, strength }, of }) => ({
      ...{ kind, direction, layers, strength, of },
    })),
    running: isRunning,
    failures: [...failures].map(([id, error]) => ({ id, error })),
  };
  return parts as unknown as SweptRunParts; // readonly here, mutable in zod's types
}

export function textParts({ special, ...text }: SweptText): SweptTextParts {
  const parts = { ...text, special: special.flatMap((isSpecial, at) => (isSpecial ? [at] : [])) };
  return parts as unknown as SweptTextParts;
}

/** @throws ZodError for what could not be read back */
export function runJson(run: SweepRun): SweptRunJson {
  return sweptRunSchema.encode(runParts(run));
}

/** @throws as {@link runJson} */
export function textJson(text: SweptText): SweptTextJson {
  return sweptTextSchema.encode(textParts(text));
}

/** @throws as {@link runJson} */
export function foundJson(found: Found): FoundJson {
  return foundSchema.encode(found as unknown as z.output<typeof foundSchema>);
}

/** The run with its texts and no points yet; one that was being written when it was saved says that it was cut off. */
export function runOf(
  { settings, running, failures, error, ...rest }: SweptRunParts,
  parts: readonly SweptTextParts[],
): SweepRun {
  const texts = new Map(parts.map((it) => [it.id, textOf(it)]));
  const swept = settings.map((it): SweptSetting => {
    const setting = settingOf(it);
    const cells = rest.prompts.flatMap((_, on) => rest.seeds.map((seed) => cellId(setting, on, seed)));
    return { setting, of: it.of, cells };
  });
  return {
    ...rest,
    settings: swept,
    task: null,
    texts,
    points: new Map(),
    failures: new Map(failures.map(({ id, error: why }) => [id, why])),
    progress: null,
    error: running ? cutOff() : error,
  };
}

export function textOf({ special, ...text }: SweptTextParts): SweptText {
  const isSpecial = new Set(special);
  return { ...text, special: text.pieces.map((_, at) => isSpecial.has(at)) };
}

function cutOff(): SweepRun['error'] {
  return toErrorData(new SteerboardError('unexpected', 'The page was closed or reloaded while it ran.'));
}

function settingOf({ kind, direction, layers, strength }: Omit<Setting, 'key'>): Setting {
  if (kind === 'baseline') return baselineSetting;
  if (kind === 'prompt' || !layers) return promptSetting(direction);
  return steeredSetting(kind, direction, layers as Span, strength);
}

/** Settings whose points are made at once: that takes a few milliseconds. */
const atOnce = 100;

/** The run with the points of all its texts, made in turns between which the page answers. */
export async function withPoints(run: SweepRun): Promise<SweepRun> {
  let { points } = run;
  for (let from = 0; from < run.settings.length; from += atOnce) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve));
    points = pointsOf(run.settings.slice(from, from + atOnce), run, run.texts, points);
  }
  return { ...run, points };
}

/** A run without points, with other names for its directions in all that is called by them. Texts that no setting has are left out. */
export function withDirectionIds(run: SweepRun, nameOf: (id: string) => string): SweepRun {
  const names = new Map(run.directions.map(({ id }) => [id, nameOf(id)]));
  const named = (id: string): string => names.get(id) ?? nameOf(id);
  const cells = new Map<string, string>();
  const settings = run.settings.map(({ setting, of, cells: before }): SweptSetting => {
    const [way, whose] = setting.direction.split(' for ');
    const direction = setting.kind === 'steered' ? named(setting.direction) : whose ? `${way} for ${named(whose)}` : setting.direction; // prettier-ignore
    const renamed = settingOf({ ...setting, direction });
    const after = run.prompts.flatMap((_, on) => run.seeds.map((seed) => cellId(renamed, on, seed)));
    before.forEach((id, at) => cells.set(id, after[at]!));
    return { setting: renamed, of: named(of), cells: after };
  });
  const texts = new Map<string, SweptText>();
  for (const text of run.texts.values()) {
    const id = cells.get(text.id);
    if (id === undefined) continue;
    const figures = Object.entries(text.figures).map(([direction, it]) => [named(direction), it] as const);
    texts.set(id, { ...text, id, figures: Object.fromEntries(figures) });
  }
  return {
    ...run,
    directions: run.directions.map((it) => ({ ...it, id: named(it.id) })),
    settings,
    texts,
    points: pointsOf(settings, { settings, seeds: run.seeds }, texts, new Map()),
    failures: new Map(
      [...run.failures].flatMap(([id, why]) => (cells.has(id) ? [[cells.get(id)!, why] as const] : [])),
    ),
  };
}
