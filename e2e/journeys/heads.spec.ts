import { expect, test } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

test('a direction in attention’s heads is found from the texts and steers at the heads’ layers', async ({ page }) => {
  const board = await Board.open(page);
  const { baseline } = await board.texts();
  await board.toggle('happy', false);
  await page.getByRole('button', { name: 'New direction' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('big');
  await dialog.getByRole('combobox', { name: 'Method' }).selectOption({ label: 'Attention heads (ITI)' });
  // Heads are written where attention adds, so there is no other place to choose.
  await expect(dialog.getByRole('combobox', { name: 'Read and written at' })).toBeHidden();
  await dialog.getByRole('textbox', { name: 'Heads' }).fill('5');
  await dialog
    .getByRole('textbox', { name: /^Positive/ })
    .fill('The dog was big\nIt was a huge house\nHe saw a giant tree');
  await dialog
    .getByRole('textbox', { name: /^Negative/ })
    .fill('The dog was little\nIt was a tiny house\nHe saw a small tree');
  await dialog.getByRole('button', { name: /^Fit/ }).click();
  await expect(dialog).toBeHidden();
  const notes = page.getByRole('list', { name: 'Notes on the fit' });
  await expect(notes).toContainText(/Heads by the share of held-out texts.*(layer \d head \d \(\d+ %\).*){5}/);
  const texts = await board.texts();
  expect(texts.baseline).toEqual(baseline);
  expect(texts.steered).not.toEqual(baseline);
});
