/**
 * Directions that the engine finds in texts, against NumPy’s and scikit-learn’s in PyTorch’s residuals of the same texts
 * (recipes/finders).
 */
import { readFileSync } from 'node:fs';
import type { ContrastTexts, ReadToken } from '../../src/core/directions/direction.js';
import { decodeFloats } from '../../src/core/formats/base64.js';
import { cosine, norm } from '../../src/core/tensors/vector.js';
import { expect, test } from './fixtures.js';

interface Found {
  readonly method: string;
  readonly options: Readonly<Record<string, string | number>>;
  readonly direction: string;
  readonly heldOut: { readonly auc: number; readonly accuracy: number };
}
interface Golden {
  readonly positive: string[];
  readonly negative: string[];
  readonly layers: readonly { readonly layer: number; readonly found: Readonly<Record<string, Found>> }[];
  readonly read: Readonly<
    Record<string, { read: ReadToken; positive: string[]; negative: string[]; direction: string }>
  >;
  readonly addition: { positive: string; negative: string; tokens: number; differences: string };
}
const { model: golden } = JSON.parse(
  readFileSync(new URL('../../test/golden/finders.json', import.meta.url), 'utf8'),
) as { readonly model: Golden };
const goldenLayers = golden.layers.map(({ layer }) => layer);
const width = 192;
const texts: ContrastTexts = { kind: 'pairs', positive: golden.positive, negative: golden.negative };

/** The rows of [rows, d] values. */
function rowsOf(base64: string): readonly Float32Array[] {
  const values = decodeFloats(base64)!;
  return Array.from({ length: values.length / width }, (_, row) => values.subarray(row * width, (row + 1) * width));
}

for (const [name, { method, options }] of Object.entries(golden.layers[0]!.found)) {
  test(`${name}: the direction, its length and what it separates`, async ({ page }) => {
    const fitted = await page.evaluate(
      ([texts, method, options]) => window.engine.fitTexts(texts, 'resid_post', method, options),
      [texts, method, options] as const,
    );
    for (const { layer, found } of golden.layers) {
      const expected = rowsOf(found[name]!.direction)[0]!;
      const mine = fitted.layers.find((it) => it.layer === layer)!;
      expect(cosine(mine.vector, expected)).toBeGreaterThan(0.9999);
      expect(Math.abs(mine.scale / norm(expected) - 1)).toBeLessThan(1e-3);
      // A text that lies on the border may fall on either side by the last digits of a residual.
      expect(Math.abs(mine.separation!.accuracy - found[name]!.heldOut.accuracy)).toBeLessThan(0.05);
    }
  });
}

for (const [name, { direction, ...given }] of Object.entries(golden.read)) {
  test(`texts are read at the token that they say: ${name}`, async ({ page }) => {
    const asked: ContrastTexts = { kind: 'pairs', ...given };
    const fitted = await page.evaluate((asked) => window.engine.fitTexts(asked), asked);
    goldenLayers.forEach((layer, index) => {
      const expected = rowsOf(direction)[index]!;
      const mine = fitted.layers.find((it) => it.layer === layer)!;
      expect(cosine(mine.vector, expected)).toBeGreaterThan(0.9999);
      expect(Math.abs(mine.scale / norm(expected) - 1)).toBeLessThan(1e-3);
    });
  });
}

test('another token, another method and the other way round cost no run', async ({ page }) => {
  const all = texts.positive.length + texts.negative.length;
  await page.evaluate((texts) => window.engine.fitTexts(texts), texts);
  const first = await page.evaluate(
    (texts) => window.engine.fitTexts({ ...texts, read: { kind: 'token', index: -2 } }, 'resid_post', 'pair-component'),
    texts,
  );
  expect(first.progress).toEqual([all]);
});

test('the tokens that are read are told without a run', async ({ page }) => {
  const { positive, negative } = await page.evaluate(
    (texts) => window.engine.preview({ ...texts, kind: 'lists', read: { kind: 'after', marker: 'was very' } }),
    texts,
  );
  expect(positive[0]).toEqual({
    pieces: ['<s>', ...golden.positive[0]!.split(/(?= )/)],
    special: [true, false, false, false, false],
    read: [4],
    problem: null,
  });
  expect(negative[1]!.problem).toContain('was very');
});

test('Activation Addition has a vector for each token, and the shorter prompt is padded with spaces', async ({
  page,
}) => {
  const { positive, negative, tokens, differences } = golden.addition;
  const fitted = await page.evaluate(
    ([positive, negative]) =>
      window.engine.fitTexts(
        { kind: 'prompts', positive: [positive], negative: [negative] },
        'resid_pre',
        'activation-addition',
      ),
    [positive, negative] as const,
  );
  goldenLayers.forEach((layer, index) => {
    const { positions } = fitted.layers.find((it) => it.layer === layer)!;
    expect(positions).toHaveLength(tokens);
    // Both begin with the same special token, of which there is no difference.
    expect(positions![0]!.scale).toBe(0);
    for (let token = 1; token < tokens; token++) {
      const expected = rowsOf(differences)[index * tokens + token]!;
      expect(cosine(positions![token]!.vector, expected)).toBeGreaterThan(0.9999);
      expect(Math.abs(positions![token]!.scale / norm(expected) - 1)).toBeLessThan(1e-3);
    }
  });
});

test('a random direction needs no texts and is as long as residuals are', async ({ page }) => {
  const fitted = await page.evaluate(() => window.engine.fitTexts(null, 'resid_post', 'random', { seed: 5 }));
  for (const { scale, residualNorm, vector } of fitted.layers) {
    expect(scale).toBe(residualNorm);
    expect(residualNorm).toBeGreaterThan(0);
    expect(norm(vector)).toBeCloseTo(1, 6);
  }
});

test('where both sides end alike the first layer has no direction before it, and a note says so', async ({ page }) => {
  const fitted = await page.evaluate(() =>
    window.engine.fitTexts(
      { kind: 'lists', positive: ['She was happy.', 'He smiled.'], negative: ['She was sad.', 'He cried.'] },
      'resid_pre',
    ),
  );
  expect(fitted.layers.map(({ layer }) => layer)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(fitted.notes).toEqual([expect.stringContaining('layer 0')]);
});

test('a text is written while others are read', async ({ page, engine }) => {
  test.skip(engine.device === 'webgpu', 'the same turns on every device; SwiftShader reads for half a minute');
  const numbered = (what: string) => Array.from({ length: 40 }, (_, i) => `Number ${i} was very ${what}.`);
  const order = await page.evaluate(
    ([positive, negative]) =>
      window.engine.fitAndWrite({ kind: 'lists', positive, negative }, 'Once upon a time there was'),
    [numbered('glad'), numbered('cross')] as const,
  );
  expect(order).toEqual(['written', 'fitted']);
});
