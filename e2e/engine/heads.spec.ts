/** Inference-Time Intervention from texts to steered logits, against PyTorch that shifts the heads before W_O (recipes/finders/heads.py). */
import { readFileSync } from 'node:fs';
import type { ContrastTexts } from '../../src/core/directions/direction.js';
import { decodeFloats } from '../../src/core/formats/base64.js';
import { cosine, norm } from '../../src/core/tensors/vector.js';
import { everywhere, expect, forward, relativeError, test } from './fixtures.js';

interface Golden {
  readonly positive: string[];
  readonly negative: string[];
  readonly heads: number;
  readonly alpha: number;
  readonly ranked: readonly { readonly layer: number; readonly head: number }[];
  readonly found: Readonly<
    Record<'shift' | 'probe', { readonly layers: readonly { layer: number; vector: string }[] }>
  >;
  readonly steered: { readonly ids: number[]; readonly residuals: string; readonly logits: string };
}
const golden = JSON.parse(readFileSync(new URL('../../test/golden/heads.json', import.meta.url), 'utf8')) as Golden;
const texts: ContrastTexts = { kind: 'pairs', positive: golden.positive, negative: golden.negative };
const width = 192;

for (const direction of ['shift', 'probe'] as const) {
  test(`the heads that tell the texts apart best, and what they add to the stream: ${direction}`, async ({ page }) => {
    const fitted = await page.evaluate(
      ([texts, options]) => window.engine.fitTexts(texts, 'attn_out', 'head-intervention', options),
      [texts, { heads: golden.heads, direction }] as const,
    );
    for (const { layer, head } of golden.ranked) expect(fitted.notes[0]).toContain(`layer ${layer} head ${head} (`);
    const { layers } = golden.found[direction];
    expect(fitted.layers.map(({ layer }) => layer)).toEqual(layers.map(({ layer }) => layer));
    for (const [i, { vector }] of layers.entries()) {
      const [mine, expected] = [fitted.layers[i]!, decodeFloats(vector)!];
      expect(cosine(mine.vector, expected)).toBeGreaterThan(0.9999);
      expect(Math.abs(mine.scale / norm(expected) - 1)).toBeLessThan(1e-3);
      expect(mine.separation!.accuracy).toBeGreaterThan(0.6);
      expect(mine.residualNorm).toBeGreaterThan(0);
    }
  });
}

test('the direction, as large as it was found times α, acts as α does on the heads', async ({ page }) => {
  const { layers } = await page.evaluate(
    ([texts, options]) => window.engine.fitTexts(texts, 'attn_out', 'head-intervention', options),
    [texts, { heads: golden.heads }] as const,
  );
  const sites = layers.map(({ layer, vector, scale }) => ({
    layer,
    vector,
    residualNorm: scale,
    hook: 'attn_out' as const,
  }));
  const term = { operator: 'add' as const, strength: golden.alpha, scope: everywhere, sites };
  const { ids, residuals, logits } = golden.steered;
  const plan = { terms: [term], steerSpecialTokens: true };
  const steered = await forward(page, { ids, promptLength: ids.length, plan });
  const wanted = decodeFloats(residuals)!; // [L, T, d]
  const depth = wanted.length / ids.length / width;
  // The engine's are [T, L, d].
  const mine = Array.from({ length: depth }, (_, layer) =>
    ids.map((_, token) => [...steered.residuals.slice((token * depth + layer) * width).slice(0, width)]),
  );
  expect(relativeError(mine.flat(2), wanted)).toBeLessThan(1e-4);
  const last = decodeFloats(logits)!;
  expect(relativeError(steered.logits.slice(-last.length), last)).toBeLessThan(1e-4);
});

test('another choice of heads costs no run, and they are written at one place only', async ({ page }) => {
  const fit = (heads: number, hook: 'attn_out' | 'resid_post') =>
    page.evaluate(
      ([texts, heads, hook]) =>
        window.engine.fitTexts(texts, hook, 'head-intervention', { heads }).then(
          ({ layers, progress }) => ({ layers: layers.length, progress, error: '' }),
          (error: Error) => ({ layers: 0, progress: [], error: error.message }),
        ),
      [texts, heads, hook] as const,
    );
  await fit(2, 'attn_out');
  const all = texts.positive.length + texts.negative.length;
  const again = await fit(1, 'attn_out');
  expect(again).toEqual({ layers: 1, progress: [all, all], error: '' });
  expect((await fit(1, 'resid_post')).error).toContain('attn_out');
});
