import { describe, expect, it } from 'vitest';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { subjectOf, wantedPlane, type NoPlane, type WantedPlane } from '../../../src/app/engine/planes.js';
import { readLayer } from '../../../src/app/engine/probes.js';
import type { DirectionEntry } from '../../../src/app/stores/directions.js';
import { firstPlane, type PlaneChoice } from '../../../src/app/stores/view.js';
import type { LoadedModel } from '../../../src/protocol/api.js';

const stamp = { id: 'tiny', revision: null, dtype: 'fp32', family: 'llama', layers: 4, width: 2 };
const loaded = { stamp, shape: { layers: 4, width: 2, vocabulary: 9, context: 9 } } as unknown as LoadedModel;
const texts = { kind: 'pairs', positive: ['a'], negative: ['b'] } as const;

function fitted(
  name: string,
  change: Partial<DirectionEntry> = {},
  layers: readonly number[] = [1, 2],
): DirectionEntry {
  const entry = freeEntry({ name, texts });
  const vector = Float32Array.of(1, 0);
  return {
    ...entry,
    layers: [1, 2],
    fits: [
      {
        version: `${name} 1`,
        direction: {
          model: stamp,
          hook: 'resid_post',
          source: { method: entry.method, options: {}, texts },
          layers: layers.map((layer) => ({ layer, vector, scale: 1, residualNorm: 1, separation: null })),
        },
      },
    ],
    ...change,
  };
}
const ask = (
  entries: readonly DirectionEntry[],
  choice: Partial<PlaneChoice> = {},
  selected = entries[0],
): WantedPlane | NoPlane =>
  wantedPlane(
    { entries, selectedId: selected?.id ?? null, steerSpecialTokens: false },
    { ...firstPlane, ...choice },
    loaded,
    3,
  );

describe('the plane that is asked for', () => {
  const happy = fitted('happy');
  const big = fitted('big', { texts: { kind: 'pairs', positive: ['big'], negative: ['small'] } });

  it('is of the selected direction, at the last layer where it is applied or the one that was chosen', () => {
    expect(ask([happy])).toMatchObject({ layer: 2, axes: { kind: 'components' }, subject: { name: 'happy' } });
    expect(ask([happy], { layer: 1 })).toMatchObject({ layer: 1 });
  });

  it('has a key that says what it is of: the same for the same, another for anything else', () => {
    const key = (wanted: WantedPlane | NoPlane): string => ('key' in wanted ? wanted.key : wanted.missing);
    const keys = [
      ask([happy]),
      ask([happy], { layer: 1 }),
      ask([happy], { axes: 'rest' }),
      ask([big]),
      ask([happy, big], { axes: 'directions', otherId: big.id }),
      ask([{ ...happy, texts: { ...texts } }]),
    ].map(key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(key(ask([{ ...happy, strength: 2, enabled: false }]))).toBe(keys[0]);
  });

  it('of a drawn direction is the one that it was drawn in, while that is there', () => {
    const drawn = fitted(
      'drawn 1',
      { method: 'drawn', texts: null, methodOptions: { of: happy.id, axes: 'rest' } },
      [1],
    );
    expect(subjectOf({ entries: [happy, drawn], selectedId: drawn.id, steerSpecialTokens: false })).toBe(happy);
    expect(ask([happy, drawn], {}, drawn)).toMatchObject({ layer: 1, subject: { name: 'happy' } });
    // Its texts were kept with it.
    expect(ask([drawn])).toMatchObject({ layer: 1, texts, subject: { name: 'drawn 1' } });
    expect(ask([drawn], { axes: 'rest' })).toMatchObject({ missing: expect.stringContaining('is gone') });
  });

  it('says what is missing and what to do', () => {
    const unfitted = { ...happy, fits: [] };
    const textless = fitted('imported', {
      texts: null,
      fits: [
        { version: 'x', direction: { ...happy.fits[0]!.direction, source: { method: 'x', options: {}, texts: null } } },
      ],
    });
    const missing = (wanted: WantedPlane | NoPlane): string => ('missing' in wanted ? wanted.missing : '');
    expect(missing(ask([]))).toMatch(/^Select a direction/);
    expect(missing(ask([unfitted]))).toContain('Fit it on its card');
    expect(missing(ask([textless]))).toContain('Choose two directions');
    expect(missing(ask([happy], { axes: 'rest', layer: 3 }))).toContain('Choose another layer');
    expect(missing(ask([happy], { axes: 'directions' }))).toContain('Write it under “New”');
    expect(missing(ask([happy, big], { axes: 'directions' }))).toBe('Choose the direction of the second axis.');
  });
});

describe('where tokens are read for a plane', () => {
  it('is the output of the block, or of the one before for what a block reads', () => {
    expect(readLayer({ hook: 'resid_post', layer: 2 })).toBe(2);
    expect(readLayer({ hook: 'resid_pre', layer: 2 })).toBe(1);
    expect(readLayer({ hook: 'resid_pre', layer: 0 })).toBeNull();
    expect(readLayer({ hook: 'mlp_out', layer: 2 })).toBeNull();
  });
});
