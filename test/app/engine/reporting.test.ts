import { beforeEach, expect, it } from 'vitest';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { planInWords } from '../../../src/app/engine/reporting.js';
import { happySad } from '../../../src/app/presets/happySad.js';
import { addDirection, setFit, useDirections } from '../../../src/app/stores/directions.js';
import { stamp } from './fake-fits.js';

beforeEach(() => useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false }));

it('names the directions of a plan', () => {
  const entry = { ...freeEntry(happySad), strength: 0.5, layers: null };
  addDirection(entry);
  setFit(entry.id, {
    version: 'fit',
    direction: {
      model: stamp,
      hook: 'resid_post',
      source: { method: 'mean-difference', options: {}, texts: null },
      layers: [
        {
          layer: 0,
          vector: Float32Array.of(1, 0),
          scale: 1,
          residualNorm: 1,
          separation: null,
          means: { positive: 1, negative: -1 },
        },
      ],
    },
  });
  const { entries } = useDirections.getState();
  expect(planInWords(entries, stamp)).toBe('“happy”: adds 0.5 residual norms at layer 0 of all tokens.');
  expect(planInWords([{ ...entries[0]!, enabled: false }], stamp)).toBe('Nothing is steered.');
});
