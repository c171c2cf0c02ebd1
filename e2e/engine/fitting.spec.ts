/** Residuals of contrast texts and the direction that is fitted to them, against PyTorch's. */
import { expect, golden, largestDifference, test } from './fixtures.js';

const { positive, negative, scale, residual_norm: residualNorms } = golden.direction;

test('the mean difference of ten pairs is PyTorch’s at every layer', async ({ page }) => {
  const { layers, progress } = await page.evaluate(([positive, negative]) => window.engine.fit(positive, negative), [
    positive,
    negative,
  ] as const);
  expect(progress.at(-1)).toBe(positive.length + negative.length);
  layers.forEach((layer, index) => {
    expect(layer.layer).toBe(index);
    expect(Math.abs(layer.scale / scale[index]! - 1)).toBeLessThan(1e-4);
    expect(Math.abs(layer.residualNorm / residualNorms[index]! - 1)).toBeLessThan(1e-4);
    expect(largestDifference(layer.vector, golden.vectors[index]!)).toBeLessThan(1e-4);
  });
  // The same texts again need no run: all of them are done at the first word of progress.
  const again = await page.evaluate(([positive, negative]) => window.engine.fit(positive, negative), [
    positive,
    negative,
  ] as const);
  expect(again.progress[0]).toBe(positive.length + negative.length);
});

test('texts that cannot be read are named by line', async ({ page, engine }) => {
  const attempt = (positive: readonly string[]) =>
    page.evaluate(([positive, negative]) => window.failure(window.engine.fit(positive, negative, 'lists')), [
      positive,
      ['So sad.'],
    ] as const);
  expect(await attempt([])).toMatchObject({ code: 'input-empty', fields: { side: 'positive' } });
  expect(await attempt(['So happy.', ''])).toMatchObject({
    code: 'input-empty',
    fields: { side: 'positive', line: 2 },
  });
  const { context } = engine.loaded.shape;
  expect(await attempt([' happy'.repeat(context)])).toMatchObject({
    code: 'input-too-long',
    fields: { line: 1, tokens: context + 1, context },
  });
});

test('sides that are the same give no direction', async ({ page }) => {
  const failure = await page.evaluate(() => window.failure(window.engine.fit(['The same.'], ['The same.'])));
  expect(failure).toMatchObject({ name: 'SteerboardError', code: 'direction-degenerate' });
});
