import { pointOf, type MeasuredPoint } from '../../core/sweeps/index.js';
import type { SweepRun, SweptSetting, SweptText } from '../stores/sweep.js';

/** The points of the settings that changed, with the others as they were. */
export function pointsOf(
  changed: readonly SweptSetting[],
  { settings: all, seeds }: Pick<SweepRun, 'settings' | 'seeds'>,
  texts: ReadonlyMap<string, SweptText>,
  before: ReadonlyMap<string, MeasuredPoint>,
): ReadonlyMap<string, MeasuredPoint> {
  const baselines = all.find(({ setting }) => setting.kind === 'baseline')?.cells ?? [];
  const points = new Map(before);
  for (const { setting, of, cells } of changed) {
    // Texts of all settings are in the same order: prompt by prompt, seed by seed.
    const pairs = cells.flatMap((id, at) => {
      const text = texts.get(id)?.figures[of];
      const baseline = texts.get(baselines[at] ?? '')?.figures[of];
      return text && baseline ? [{ text, baseline, on: Math.floor(at / seeds.length) }] : [];
    });
    if (pairs.length > 0) points.set(setting.key, pointOf(setting, pairs));
  }
  return points;
}
