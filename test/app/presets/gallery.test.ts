import { describe, expect, it } from 'vitest';
import { presetsFor } from '../../../src/app/engine/gallery.js';
import { loadGallery, themes } from '../../../src/app/presets/gallery.js';
import { frontierOf } from '../../../src/core/sweeps/index.js';

const presets = await loadGallery();

describe('the gallery', () => {
  it('has every theme that it names, and both kinds of models', () => {
    expect(new Set(presets.map(({ theme }) => theme))).toEqual(new Set(themes));
    expect(presets.filter(({ models }) => models === 'tales')).toHaveLength(10);
    expect(presets.filter(({ models }) => models === 'hub').length).toBeGreaterThanOrEqual(6);
  });

  it.each(presets.map((preset) => [`${preset.models}: ${preset.name}`, preset] as const))(
    '%s has as many texts on either side, all different',
    (_, { texts }) => {
      expect(texts.positive).toHaveLength(texts.negative.length);
      expect(texts.positive.length).toBeGreaterThanOrEqual(12);
      const all = [...texts.positive, ...texts.negative];
      expect(new Set(all).size).toBe(all.length);
    },
  );

  it.each(presets.filter(({ models }) => models === 'tales').map((preset) => [preset.name, preset] as const))(
    '%s brings its measured frontier, in which no setting beats another',
    (_, { measured }) => {
      expect(measured!.frontier.length).toBeGreaterThan(1);
      expect(frontierOf(measured!.frontier)).toEqual(measured!.frontier);
      for (const { layers, interval, effect } of measured!.frontier) {
        expect(layers[0]).toBeGreaterThanOrEqual(0);
        expect(layers[1]).toBeLessThan(8);
        expect(effect).toBeGreaterThanOrEqual(interval[0]);
        expect(effect).toBeLessThanOrEqual(interval[1]);
      }
      if (measured!.use) expect(measured!.frontier).toContainEqual(measured!.use);
    },
  );

  it('offers the bundled model its own, and plain English to others', () => {
    const named = (id: string) =>
      presetsFor(presets, { stamp: { id, revision: null, dtype: 'fp32', family: 'llama', layers: 8, width: 192 } });
    expect(named('tales').every(({ models }) => models === 'tales')).toBe(true);
    expect(named('Xenova/gpt2').every(({ models }) => models === 'hub')).toBe(true);
  });
});
