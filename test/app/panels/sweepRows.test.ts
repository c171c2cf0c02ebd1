import { thresholds, type VerdictLimits } from '../../../src/core/measures/index.js';
import { describe, expect, it } from 'vitest';
import {
  settingLabel,
  spansOf,
  steeredAt,
  sweepRows,
  usualToward,
} from '../../../src/app/panels/measures/sweep/sweepRows.js';
import type { SweepRun, SweptDirection } from '../../../src/app/stores/sweep.js';
import {
  baselineSetting,
  promptSetting,
  steeredSetting,
  type MeasuredPoint,
  type Setting,
} from '../../../src/core/sweeps/index.js';

const direction = { id: 'a', name: 'happy', operator: 'add' } as SweptDirection;
const settings: readonly (readonly [Setting, number, number])[] = [
  [baselineSetting, 0, 0],
  [promptSetting('instruction for a'), 0.2, 0.3],
  [steeredSetting('steered', 'a', [3, 3], -0.5), -0.4, 0.2],
  [steeredSetting('steered', 'a', [3, 3], 0.5), 0.4, 0.2],
  [steeredSetting('steered', 'a', [1, 2], 0.5), 0.5, 9],
  [steeredSetting('random', 'random 1 for a', [3, 3], 0.5), 0.9, 0.1],
  [steeredSetting('steered', 'b', [3, 3], 0.5), 5, 0],
];
const run = {
  settings: settings.map(([setting]) => ({
    setting,
    of: setting.direction.endsWith('b') ? 'b' : 'a',
    cells: ['one', 'two', 'three'],
  })),
  points: new Map(
    settings.map(([setting, effect, cost]): [string, MeasuredPoint] => [
      setting.key,
      {
        ...setting,
        effect,
        cost,
        texts: 2,
        unread: 0,
        interval: null,
        figures: { meanKl: cost, perplexityRatio: 1, distinct2: 1, baselineDistinct2: 1, normRatio: 1 },
      },
    ]),
  ),
} as unknown as SweepRun;
const rows = sweepRows(run, direction, 'more', thresholds);

describe('the rows of a direction', () => {
  it('are its own, its controls’ and the baseline’s, with what is still missing', () => {
    expect(rows.map(({ label }) => label)).toEqual([
      'no steering',
      'instruction',
      'layer 3, −0.5',
      'layer 3, +0.5',
      'layers 1–2, +0.5',
      'random 1, layer 3, +0.5',
    ]);
    expect(rows.every(({ missing }) => missing === 1)).toBe(true);
  });

  it('mark the frontier, which neither a random direction nor what is broken is part of', () => {
    const marked = (toward: 'more' | 'less', limits: VerdictLimits = thresholds) =>
      sweepRows(run, direction, toward, limits).flatMap(({ onFrontier, label }) => (onFrontier ? [label] : []));
    expect(marked('more')).toEqual(['no steering', 'layer 3, +0.5']);
    expect(marked('more', { ...thresholds, meanKl: { strained: 10, broken: 20 } })).toEqual([
      'no steering',
      'layer 3, +0.5',
      'layers 1–2, +0.5',
    ]);
    expect(marked('less')).toEqual(['no steering', 'layer 3, −0.5']);
  });

  it('say in a word what they cost', () => {
    expect(rows.map(({ judgement }) => judgement.verdict)[4]).toBe('broken');
    expect(rows[3]!.judgement.verdict).toBe('within range');
  });

  it('are found by their layers', () => {
    expect(spansOf(rows)).toEqual([
      [1, 2],
      [3, 3],
    ]);
    expect(steeredAt(rows, [3, 3]).map(({ setting }) => setting.strength)).toEqual([-0.5, 0.5]);
  });
});

it('strengths stand in the operator’s unit, or not at all', () => {
  const setting = steeredSetting('steered', 'a', [4, 4], 90);
  expect(settingLabel(setting, { operator: 'angular' })).toBe('layer 4, +90°');
  expect(settingLabel(setting, { operator: 'ablate' })).toBe('layer 4');
});

it('less is wanted where every strength steers away', () => {
  expect(usualToward(run)).toBe('more');
  const away = run.settings.filter(({ setting }) => setting.strength < 0);
  expect(usualToward({ ...run, settings: away })).toBe('less');
});
