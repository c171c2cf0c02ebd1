import { expect, test, type Page } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 600_000 });

const measures = (page: Page) => page.getByRole('region', { name: 'Measures' });
const found = (page: Page) => measures(page).getByRole('region', { name: 'What was found' });

test('the strongest happy that still writes sentences is found, used, taken back and exported', async ({ page }) => {
  const board = await Board.open(page);
  const before = await board.texts();
  await page.getByRole('button', { name: 'Find it for me' }).click();
  await expect(measures(page).getByRole('tab', { name: 'Find' })).toHaveAttribute('aria-selected', 'true');
  await expect(measures(page).getByRole('combobox', { name: 'Direction' })).toHaveValue('happy');
  // Each step takes the focus on to the next.
  await measures(page).getByRole('button', { name: 'Start' }).press('Enter');
  const cancel = measures(page).getByRole('button', { name: 'Cancel' });
  await expect(cancel).toBeFocused();
  await expect(
    measures(page)
      .getByRole('status')
      .getByText(/14 places/),
  ).toBeVisible();

  // A slider's text goes before the search's.
  await board.setStrength('happy', 0.2);
  await board.settled();
  await expect(measures(page).getByRole('progressbar', { name: 'Texts written' })).toBeVisible();
  await expect(measures(page).getByText(/^About .* left\. What is found is saved/)).toBeVisible({ timeout: 100_000 });
  await cancel.focus();

  await expect(found(page)).toBeVisible({ timeout: 400_000 });
  await expect(found(page).getByText('It works.')).toBeVisible();
  await expect(found(page).getByRole('button', { name: 'Use it' })).toBeFocused();
  const effect = async (row: RegExp): Promise<number> => {
    const cell = found(page).getByRole('row', { name: row }).getByRole('cell').first();
    return Number((await cell.innerText()).split(' ')[0]!.replace('−', '-'));
  };
  expect(await effect(/^found/)).toBeGreaterThan((await effect(/^random directions/)) + 0.05);
  for (const row of [/^happy as it was set/, /^an instruction/, /^examples/]) expect(await effect(row)).not.toBeNaN();
  await expect(found(page).getByText('steered', { exact: true })).toHaveCount(2);
  await found(page)
    .getByRole('button', { name: /^All 8 texts/ })
    .click();
  await expect(found(page).getByText('steered', { exact: true })).toHaveCount(8);

  await found(page).getByRole('button', { name: 'Use it' }).click();
  await expect(board.direction('happy 2')).toBeVisible();
  await expect(board.direction('happy').getByRole('switch')).not.toBeChecked();
  expect((await board.texts()).steered).not.toEqual(before.steered);
  // One step takes all of it back.
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(board.direction('happy 2')).toHaveCount(0);
  await expect(board.direction('happy').getByRole('switch')).toBeChecked();

  await found(page).getByRole('button', { name: 'Use it' }).press('Enter');
  await expect(found(page).getByRole('button', { name: 'Export it…' })).toBeFocused();
  await found(page).getByRole('button', { name: 'See the text' }).click();
  await expect(page.getByRole('region', { name: 'Steered text' })).toBeInViewport();
  await found(page).getByRole('button', { name: 'Export it…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toContain('happy');
});

test('a search for words is cancelled, and what is typed is there after a reload', async ({ page }) => {
  await Board.open(page);
  await measures(page).getByText('Words', { exact: true }).click();
  await expect(measures(page).getByRole('button', { name: 'Start' })).toBeDisabled();
  await measures(page).getByRole('textbox', { name: 'More of these words' }).fill('rain, storm');
  await measures(page).getByText('Careful', { exact: true }).click();
  await measures(page).getByRole('button', { name: 'Start' }).click();
  await expect(
    measures(page)
      .getByRole('status')
      .getByText(/\d+ places/),
  ).toBeVisible();
  await measures(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(found(page)).toContainText(/^Cancelled/);
  await page.reload();
  await expect(measures(page).getByRole('textbox', { name: 'More of these words' })).toHaveValue('rain, storm');
});
