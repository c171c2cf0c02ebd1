import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

test('how steering compounds is read, drawn, stopped and saved', async ({ page }) => {
  const board = await Board.open(page);
  const card = page.getByRole('region', { name: 'Measures' });
  await card.getByRole('tab', { name: 'Compounding' }).click();
  await card.getByRole('textbox', { name: 'Seeds' }).fill('2');
  await card.getByRole('textbox', { name: 'Length' }).fill('32');
  await card.getByRole('textbox', { name: 'Impulse' }).fill('4');
  await card.getByRole('button', { name: 'Run' }).click();
  await expect(card.getByRole('button', { name: 'Run again' })).toBeVisible({ timeout: 120_000 });

  const says = card.getByRole('list', { name: 'What the curves show' }).getByRole('listitem');
  await expect(says.first()).toContainText(/On the steered text, KL (grows|falls|does not grow).* nats/);
  await expect(says.filter({ hasText: 'the texts part at generated token' })).toBeVisible();
  await expect(says.filter({ hasText: 'Steered at the first 4 generated tokens alone' })).toBeVisible();
  await expect(says.filter({ hasText: /Over the same 16 tokens KL is .* after 4 tokens of context/ })).toBeVisible();
  await expect(card.getByText('Lines are means over 2 texts, bands their 95 % intervals')).toBeVisible();
  for (const name of [/^KL\(steered/, /^Residual drift/, /^Perplexity of each text/, /^Mean KL over the same 16/]) {
    await expect(card.getByRole('img', { name }).locator('.main-svg').first()).toBeAttached();
  }
  const downloading = page.waitForEvent('download');
  await card.getByRole('button', { name: /^Save this plot: Residual drift/ }).click();
  await page.getByRole('menuitem', { name: 'Data, JSON' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('steerboard-compounding-residual-drift-steered-text.json');
  const { layers } = await board.shape();
  const { rows } = JSON.parse(await readFile(await download.path(), 'utf8')) as { rows: (string | number)[][] };
  expect(rows).toHaveLength(32 * layers);
  // Nothing moves below the layer that is steered first; there and above it everything does.
  const first = Number(rows.find(([, , , acts]) => acts === 'yes')![1]);
  expect(first).toBeGreaterThan(0);
  for (const [, layer, drift] of rows) {
    if (Number(layer) < first) expect(drift).toBe(0);
    else expect(drift).toBeGreaterThan(0.01);
  }

  // Another plan: the page says that this was another one's; stopped, what is done stays.
  await board.toggle('happy', false);
  await expect(card.getByText('has changed since')).toBeVisible();
  await card.getByRole('button', { name: 'Run again' }).click();
  await expect(card.getByRole('alert')).toContainText('Nothing is steered. Turn a direction on');
  await board.toggle('happy', true);
  const { steered: before } = await board.texts();
  // More and longer than the first one, so that a fast machine too is far from the end when it is stopped.
  await card.getByRole('textbox', { name: 'Seeds' }).fill('16');
  await card.getByRole('textbox', { name: 'Length' }).fill('48');
  await card.getByRole('button', { name: 'Run again' }).click();
  // This looks twice as often as `expect`.
  await card.getByText(/[1-9]\d* of 16 done/).waitFor({ timeout: 120_000 });
  await card.getByRole('button', { name: 'Stop' }).click();
  await expect(card.getByRole('button', { name: 'Run again' })).toBeVisible();
  const lines = card.getByText(/Lines are means over \d+ texts? of 16/);
  const done = Number(/over (\d+)/.exec((await lines.textContent())!)![1]);
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(16);
  // A text that is asked of the same worker later is there: what came of the run would be there too.
  await board.strength('happy').press('Home');
  expect((await board.texts()).steered).not.toEqual(before);
  await expect(lines).toContainText(`over ${done} text`);
});
