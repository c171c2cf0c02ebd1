import { describe, expect, it } from 'vitest';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { appliedAlone, quantityOf } from '../../../src/app/panels/apply/strength.js';
import { restrictionsOf } from '../../../src/app/panels/apply/summary.js';
import type { DirectionEntry } from '../../../src/app/stores/directions.js';

const entry = (change: Partial<DirectionEntry>): DirectionEntry => ({
  ...freeEntry({ name: 'happy', texts: null }),
  ...change,
});
const both = { prompt: true, generated: true };

describe('a chip says in a word each', () => {
  it.each<[Partial<DirectionEntry>, readonly string[]]>([
    [{}, []],
    [
      { scope: { prompt: false, generated: true, generatedRange: { kind: 'first', count: 10 } } },
      ['generated', 'first 10'],
    ],
    [{ scope: { prompt: true, generated: false, promptRange: { kind: 'last', count: 2 } } }, ['prompt', 'last 2']],
    [{ scope: { ...both, promptRange: { kind: 'window', from: 2, to: 6 } } }, ['tokens 2–5']],
    [
      {
        scope: {
          ...both,
          curve: [
            { at: 0, factor: 1 },
            { at: 9, factor: 0 },
          ],
        },
      },
      ['curve'],
    ],
    [{ scope: { ...both, curve: [{ at: 0, factor: 1 }] } }, []],
    [{ layerFactors: [1, 1, 0.5, 1] }, ['curve']],
    [{ layerFactors: [0.5, 1, 1, 1] }, []],
    [{ condition: { directionId: 'a', layer: 1, figure: 'alignment', side: 'above', threshold: 0 } }, ['if…']],
  ])('%o: %o', (change, words) => {
    expect(restrictionsOf(entry(change), [1, 2])).toEqual(words);
  });
});

it('a badge leaves the name out, and a curve of an operator without a strength is a share', () => {
  expect(appliedAlone(entry({ strength: -0.5 }))).toBe('−0.50');
  expect(appliedAlone(entry({ operator: 'add-keep-norm' }))).toBe('+0.50, norm kept');
  expect(appliedAlone(entry({ operator: 'ablate' }))).toBe('taken out');
  expect(quantityOf(entry({}))).toBe('strength');
  expect(quantityOf(entry({ operator: 'swap' }))).toBe('share of it that is done');
});
