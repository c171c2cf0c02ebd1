import { expect, test } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

test('how the texts spread is seen: covariance, spectrum, whitening, and cosines between directions', async ({
  page,
}) => {
  const board = await Board.open(page);
  const lab = page.getByRole('region', { name: 'Direction lab' });
  await lab.getByRole('tab', { name: 'Covariance' }).click();
  const matrix = lab.getByRole('img', { name: /^correlation of 16 axes at layer \d+, total$/ });
  await expect(matrix).toBeVisible();
  await expect(matrix.locator('.hm, image').first()).toBeAttached();
  await expect(lab.getByRole('img', { name: /^Participation ratio of each layer/ })).toBeVisible();
  await expect(lab.getByRole('row', { name: /^AUC [01]\.\d\d [01]\.\d\d$/ })).toBeVisible();
  await expect(lab.getByText(/12 \+ 12 texts/)).toBeVisible();

  // Along the directions of the board: one so far.
  await board.choose('Axes', 'Directions');
  await expect(lab.getByRole('img', { name: /^correlation of 1 axes/ })).toBeVisible();
  await lab.getByRole('combobox', { name: 'Layer of the lab' }).selectOption('2');
  await board.choose('Quantity', 'Covariance');
  await expect(lab.getByRole('img', { name: /^covariance of 1 axes at layer 2/ })).toBeVisible();

  await lab.getByRole('tab', { name: 'Cosines' }).click();
  await board.choose('Cosines', 'Pairs over layers');
  await expect(lab.getByText(/Two fitted directions make a pair/)).toBeVisible();
  await board.choose('Cosines', 'Layer with layer');
  const { layers } = await board.shape();
  await expect(lab.getByRole('img', { name: `Cosines, ${layers} rows by ${layers} columns` })).toBeVisible();

  // What is chosen here is there after a reload, the text is as it was.
  const { steered } = await board.texts();
  await page.reload();
  await board.settled();
  await expect(lab.getByRole('tab', { name: 'Cosines' })).toHaveAttribute('aria-selected', 'true');
  expect((await board.texts()).steered).toEqual(steered);
});
