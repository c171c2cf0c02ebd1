import { describe, expect, it } from 'vitest';
import { lengthWords, sweepBest, widthWords } from '../../../../src/app/panels/measures/sweep/sweepBest.js';
import { rangeMeans } from '../../../../src/app/panels/measures/terms.js';
import { firstOrder, inOrder } from '../../../../src/app/panels/measures/sweep/sweepOrder.js';
import { sweepRows, type SweepRow } from '../../../../src/app/panels/measures/sweep/sweepRows.js';
import type { SweepRun, SweptDirection } from '../../../../src/app/stores/sweep.js';
import { thresholds, type VerdictLimits } from '../../../../src/core/measures/index.js';
import {
  baselineSetting,
  promptSetting,
  steeredSetting,
  type Setting,
  type Toward,
} from '../../../../src/core/sweeps/index.js';

const direction = { id: 'a', name: 'happy', operator: 'add' } as SweptDirection;
/** A setting, its effect, its cost, and how far its interval reaches either way. */
type Tried = readonly [Setting, number, number, number?];
const at = (layer: number, strength: number): Setting => steeredSetting('steered', 'a', [layer, layer], strength);
const random = (number: number, layer: number, strength: number): Setting =>
  steeredSetting('random', `random ${number} for a`, [layer, layer], strength);

function rowsOf(
  tried: readonly Tried[],
  toward: Toward = 'more',
  limits: VerdictLimits = thresholds,
): readonly SweepRow[] {
  const run = {
    settings: tried.map(([setting]) => ({ setting, of: 'a', cells: ['one', 'two'] })),
    points: new Map(
      tried.map(([setting, effect, cost, reach]) => [
        setting.key,
        {
          ...setting,
          effect,
          cost,
          texts: 2,
          unread: 0,
          interval: reach === undefined ? null : [effect - reach, effect + reach],
          figures: { meanKl: cost, perplexityRatio: 1, distinct2: 1, baselineDistinct2: 1, normRatio: 1 },
        },
      ]),
    ),
  } as unknown as SweepRun;
  return sweepRows(run, direction, toward, limits);
}

function best(tried: readonly Tried[], toward: Toward = 'more', limits: VerdictLimits = thresholds) {
  return sweepBest(rowsOf(tried, toward, limits), { toward, unit: 'points', direction });
}

const grid: readonly Tried[] = [
  [baselineSetting, 0, 0],
  [at(3, 0.6), 0.4, 0.8, 0.1],
  [at(5, 0.6), 0.3, 0.5, 0.1],
  [at(3, 2), 0.9, 6, 0.1],
  [at(3, 1), 0.6, 2, 0.1],
  [at(3, -0.6), -0.5, 0.9, 0.1],
];

describe('what a sweep comes to', () => {
  it('is the point with the most effect of those within range', () => {
    const found = best(grid)!;
    expect(found.row?.label).toBe('layer 3, +0.6');
    expect(found.sentences).toEqual([
      'At layer 3, strength +0.6 it does most within range: effect +0.40 points [+0.30, +0.50], cost 0.80 nats a token.',
    ]);
  });

  it('follows the limits that are set', () => {
    const budget = (strained: number): VerdictLimits => ({ ...thresholds, meanKl: { strained, broken: 9 } });
    expect(best(grid, 'more', budget(3))?.row?.label).toBe('layer 3, +1');
    expect(best(grid, 'more', budget(0.6))?.row?.label).toBe('layer 5, +0.6');
    const none = best(grid, 'more', budget(0.1))!;
    expect(none.row).toBeNull();
    expect(none.sentences[0]).toMatch(
      /^Nothing that was steered is within range\. The mildest, at layer 5, strength \+0\.6, is strained: predictions moved far .* Try lower strengths or other layers, or raise the limits\.$/,
    );
    expect(rangeMeans(budget(0.6))).toContain('at most 0.60 nats of KL a token');
  });

  it('is what takes most away where less is wanted', () => {
    const found = best(grid, 'less')!;
    expect(found.row?.label).toBe('layer 3, −0.6');
    expect(found.sentences[0]).toContain('it takes most away within range: effect −0.50 points');
  });

  it('is nothing where nothing gains, and where nothing steered is there', () => {
    const found = best([
      [at(1, 0.5), -0.1, 0.2, 0.05],
      [at(1, 1), -0.2, 0.4, 0.05],
    ])!;
    expect(found.row).toBeNull();
    expect(found.sentences[0]).toMatch(
      /^Nothing within range has more of it than the text without steering: the best, at/,
    );
    expect(best([[baselineSetting, 0, 0]])).toBeNull();
    expect(best([[at(1, 0.5), NaN, 0.2]])).toBeNull();
  });

  it('says what may be chance, and what random directions do', () => {
    const said = (tried: readonly Tried[]) => best(tried)!.sentences.join(' ');
    expect(said([[at(3, 0.6), 0.1, 0.8, 0.2]])).toContain('The 95 % interval reaches to zero, so this may be chance');
    expect(said([[at(3, 0.6), 0.1, 0.8]])).toContain('It is of one prompt alone');
    const controls: readonly Tried[] = [
      [random(1, 4, 0.6), 0.05, 0.5],
      [random(2, 4, 0.6), 0.03, 0.7],
      // Of another strength: not what it is held against.
      [random(1, 4, 1), 0.5, 1],
    ];
    expect(said([...grid, ...controls])).toContain(
      '2 random directions as strong at layer 4 do +0.04 on average for 0.60 nats.',
    );
    expect(said([...grid, [random(1, 3, 0.6), 0.35, 0.5]])).toContain(
      'A random direction as strong there does +0.35 for 0.50 nats: not told apart from it, so this may not be the direction’s doing.',
    );
  });

  it('knows where more texts may say otherwise', () => {
    const isUnsure = (tried: readonly Tried[]) => best(tried)!.isUnsure;
    expect(isUnsure(grid)).toBe(false);
    expect(isUnsure([[at(3, 0.6), 0.1, 0.8, 0.2]])).toBe(true);
    expect(isUnsure([[at(3, 0.6), 0.1, 0.8]])).toBe(true);
    // It gains nothing, and might.
    expect(isUnsure([[at(3, 0.6), -0.1, 0.8, 0.2]])).toBe(true);
    expect(isUnsure([[at(3, 0.6), -0.3, 0.8, 0.2]])).toBe(false);
    expect(isUnsure([[at(3, 2), 0.9, 6, 1]])).toBe(false);
  });

  it('says how much narrower the interval is to be expected over more prompts', () => {
    // Student's t of 3 and 7 degrees of freedom, from the tables: 3.182 and 2.365. 2.365 √4 / (3.182 √8) = 0.53.
    expect(widthWords(4, 8)).toBe('Over 8 prompts instead of 4 the interval would be about 55 % as wide.');
    expect(widthWords(1, 4)).toBe('Over 4 prompts there would be an interval.');
  });

  it('says that the page writes longer texts than were judged', () => {
    expect(lengthWords(32, 96)).toBe(
      'Judged on texts of 32 tokens; the page writes 96, and longer texts may be strained.',
    );
    expect(lengthWords(96, 96)).toBeNull();
    expect(lengthWords(96, 32)).toBeNull();
  });

  it('says where words do more', () => {
    const said = (effect: number, cost: number) =>
      best([...grid, [promptSetting('instruction for a'), effect, cost]])!.sentences.join(' ');
    expect(said(0.7, 0.3)).toContain('The wish in words does more, as an instruction: +0.70 for 0.30 nats.');
    expect(said(0.2, 0.3)).not.toContain('words');
    expect(said(0.7, 7)).not.toContain('words');
    const far = best([
      [at(3, 2), 0.9, 6, 0.1],
      [promptSetting('examples for a'), 0.2, 0.3],
    ])!;
    expect(far.sentences[1]).toBe('The wish in words does some within range, as examples: +0.20 for 0.30 nats.');
  });
});

describe('the order of points', () => {
  const labels = (rows: readonly SweepRow[]) => rows.map(({ label }) => label);

  it('is by state, and within a state by what is wanted', () => {
    expect(labels(inOrder(rowsOf(grid), firstOrder, 'more'))).toEqual([
      'layer 3, +0.6',
      'layer 5, +0.6',
      'no steering',
      'layer 3, −0.6',
      'layer 3, +1',
      'layer 3, +2',
    ]);
    expect(labels(inOrder(rowsOf(grid, 'less'), firstOrder, 'less'))[0]).toBe('layer 3, −0.6');
  });

  it('is any column’s, and what has no figure stands last either way', () => {
    for (const down of [true, false]) {
      const rows = inOrder(rowsOf(grid), { by: 'layers', down }, 'more');
      expect(rows.at(-1)?.label).toBe('no steering');
      expect(rows[0]?.setting.layers).toEqual(down ? [5, 5] : [3, 3]);
    }
  });
});
