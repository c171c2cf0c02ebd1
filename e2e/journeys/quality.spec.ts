import { expect, test } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

test('a direction’s quality is measured on its texts and on the model, and what follows is said', async ({ page }) => {
  const board = await Board.open(page);
  const { layers } = await board.shape();
  const measures = page.getByRole('region', { name: 'Measures' });
  await measures.getByRole('tab', { name: 'Quality' }).click();
  const texts = measures.getByRole('region', { name: 'What its texts say' });
  await texts.getByRole('button', { name: 'Measure on its texts' }).click();
  // Layers come one by one; with the last one the run is over.
  await expect(texts.getByRole('button', { name: 'Measure again' })).toBeVisible({ timeout: 120_000 });
  const words = texts.getByRole('list', { name: /^What follows, layer \d+$/ });
  await expect(
    words.getByText(/^Layer \d+ separates held-out texts: AUC [01]\.\d\d \[[01]\.\d\d, [01]\.\d\d\]; random/),
  ).toBeVisible();
  await expect(words.getByText(/^That is more than chance explains/)).toBeVisible();
  await expect(words.getByText(/^Layer \d+ separates best/)).toBeVisible();

  const plot = texts.getByRole('img', { name: /^AUC of each layer with its interval; [01]\.\d\d at layer \d+$/ });
  await expect(plot.locator('.point')).toHaveCount(layers);
  await board.choose('Figure of separation', 'Effect size');
  await expect(texts.getByRole('img', { name: /^Cohen’s d/ })).toBeVisible();
  await expect(
    texts.getByRole('row', { name: /^accuracy [01]\.\d\d \[.*\] [01]\.\d\d \[.*\] [01]\.\d\d \[/ }),
  ).toBeVisible();

  // Another layer, by name; the figures there are known already.
  await texts.getByRole('combobox', { name: 'Layer of the quality' }).selectOption('2');
  await expect(texts.getByRole('list', { name: 'What follows, layer 2' })).toBeVisible();

  const effect = measures.getByRole('region', { name: 'What it does' });
  await effect.getByRole('button', { name: 'Measure what it does' }).click();
  const follows = effect.getByRole('list', { name: 'What follows of what it does' });
  await expect(follows.getByText(/twice as much/i)).toBeVisible({ timeout: 120_000 });
  await expect(effect.getByRole('img', { name: /^Does twice as much do twice as much\?/ })).toBeVisible();
  const raised = effect.getByRole('region', { name: 'Tokens it raised most' });
  await expect(raised.getByRole('row', { name: /\+\d\.\d\d .* % → .* %$/ }).first()).toBeVisible();
  await effect.getByRole('button', { name: 'the lab’s Weights' }).click();
  const lab = page.getByRole('region', { name: 'Direction lab' });
  await expect(lab.getByRole('tab', { name: 'Weights' })).toHaveAttribute('aria-selected', 'true');

  // Figures stay while another tab is looked at, and writing text was not in their way.
  await board.settled();
  await expect(follows.getByText(/twice as much/i)).toBeVisible();
});

test('a run is stopped where it stands', async ({ page }) => {
  const board = await Board.open(page);
  const { layers } = await board.shape();
  const measures = page.getByRole('region', { name: 'Measures' });
  await measures.getByRole('tab', { name: 'Quality' }).click();
  const texts = measures.getByRole('region', { name: 'What its texts say' });
  await measures.getByRole('radiogroup', { name: 'Draws' }).getByText('Thorough').click();
  await texts.getByRole('button', { name: 'Measure on its texts' }).click();
  await texts.getByRole('button', { name: 'Stop measuring' }).click();
  await expect(texts.getByRole('button', { name: /^Measure (again|on its texts)$/ })).toBeVisible();
  await expect(texts.getByRole('progressbar')).toHaveCount(0);
  // What came until then is drawn: fewer layers than there are.
  expect(
    await texts
      .getByRole('img', { name: /^AUC of each layer/ })
      .locator('.point')
      .count(),
  ).toBeLessThan(layers);
});
