import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Board } from './board.js';

interface Fixture {
  readonly folder: string;
  readonly family: string;
  readonly causal: boolean;
  readonly layers: number;
  readonly width: number;
}
const fixtures = join('test', 'fixtures', 'models');
const { models } = JSON.parse(readFileSync(join(fixtures, 'index.json'), 'utf8')) as { models: readonly Fixture[] };
/** The first folder of each family. */
const families = models.filter(
  ({ family, causal }, index) => causal && models.findIndex((other) => other.family === family) === index,
);

test('a model of every family opens from its folder and is steered', async ({ page }) => {
  test.setTimeout(30_000 + families.length * 15_000);
  expect(families.length).toBeGreaterThanOrEqual(10);
  const board = await Board.open(page);
  await board.setSampling({ 'Longest text': 16 });
  for (const { folder, layers, width } of families) {
    await test.step(folder, async () => {
      expect(existsSync(join(fixtures, folder))).toBe(true);
      await page.getByLabel('Model folder').setInputFiles(join(fixtures, folder));
      await expect(page.getByRole('button', { name: `Model: ${folder}` })).toContainText(
        `${layers} layers · width ${width}`,
      );
      // Chat models show a conversation first.
      const plain = page.getByText('Plain text', { exact: true });
      if (await plain.isVisible()) await plain.click();
      await board.settled();
      await board.setStrength('happy', 2);
      const strong = await board.texts();
      expect(strong.steered).not.toEqual(strong.baseline);
      await board.setStrength('happy', 0);
      const none = await board.texts();
      expect(none.steered).toEqual(none.baseline);
      expect(none.baseline).toEqual(strong.baseline);
    });
  }
});
