/** What the cards and chips say of a direction, how its strength is typed, and where the focus goes. */
import { expect, test } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

async function combine(board: Board, formula: string, name: string): Promise<void> {
  const { page } = board;
  await page.getByRole('button', { name: 'Combine', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Combine directions' });
  await dialog.getByRole('textbox', { name: 'Formula' }).fill(formula);
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await dialog.getByRole('button', { name: 'Add direction' }).click();
  await expect(board.direction(name)).toBeVisible();
}

test('a strength is typed, also beyond the slider, and Escape leaves it', async ({ page }) => {
  const board = await Board.open(page);
  const first = await board.texts();
  const number = page.getByRole('button', { name: /^Type the strength of happy/ });
  const field = page.getByRole('textbox', { name: 'Typed strength of happy' });
  await expect(number).toHaveText('+0.50');
  await number.click();
  await expect(field).toBeFocused();
  await field.fill('-3.5');
  await field.press('Escape');
  await expect(number).toBeFocused();
  await expect(number).toHaveText('+0.50');
  await number.press('Enter');
  await field.fill('-3.5');
  await field.press('Enter');
  await expect(number).toHaveText('−3.50');
  await expect(board.textCard('Steered')).toContainText('−3.50 happy');
  expect((await board.texts()).steered).not.toEqual(first.steered);
  await number.press('Enter');
  await field.fill('40');
  await board.prompt.focus();
  await expect(number).toHaveText('+10.00');
});

test('what is made beside another begins weaker, says that both act, and has no separation to show', async ({
  page,
}) => {
  const board = await Board.open(page);
  const steered = board.textCard('Steered');
  await combine(board, '-happy', 'gloomy');
  await expect(steered).toContainText('+0.25 gloomy');
  await expect(steered).toContainText('2 directions act together');
  const panel = page.getByRole('region', { name: 'Separation by layer' });
  await expect(panel).toContainText('nothing that it separates');
  await expect(panel.getByRole('button')).toHaveCount(0);
  await expect(board.direction('gloomy')).not.toContainText('effect size');

  // A switch selects nothing, by pointer or by keys.
  await expect(board.direction('gloomy')).toHaveAttribute('aria-current', 'true');
  const apply = page.getByRole('switch', { name: 'Apply happy', exact: true });
  await board.direction('happy').locator('.apply-switch').click();
  await expect(apply).not.toBeChecked();
  await apply.press('Space');
  await expect(apply).toBeChecked();
  await expect(board.direction('gloomy')).toHaveAttribute('aria-current', 'true');
  await expect(board.direction('happy')).toContainText(/\+0\.50 @\d/);

  // Who deletes goes on with the next one, and at last where one is made.
  await page.getByRole('button', { name: 'Delete gloomy' }).press('Enter');
  await expect(board.direction('happy')).toBeFocused();
  await page.getByRole('button', { name: 'Delete happy' }).press('Enter');
  const make = page.getByRole('button', { name: 'New direction' });
  await expect(make).toBeFocused();
  await make.press('Enter');
  await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Name' })).toBeFocused();
});

test('a direction that has no vector where it is applied says so on card, chip and in words', async ({ page }) => {
  const board = await Board.open(page);
  const { baseline } = await board.texts();
  await page.getByRole('tab', { name: 'Weights' }).click();
  await page
    .getByRole('button', { name: /^Use neuron \d+ of block \d+ as direction$/ })
    .first()
    .click();
  const card = page.locator('.direction-card.selected');
  await expect(card).toContainText(/neuron/i);
  await board.toggle('happy', false);
  const name = (await card.getByRole('switch').first().getAttribute('aria-label'))!.replace('Apply ', '');
  await board.setLayers(name, 0, 0);
  await expect(card).toContainText('Not applied: no vector at layer 0.');
  await expect(board.textCard('Steered')).toContainText('not applied: no vector at layer 0');
  expect((await board.texts()).steered).toEqual(baseline);
  await page.getByRole('button', { name: 'The plan in words' }).click();
  await expect(page.getByRole('dialog')).toContainText('is not applied: no vector at layer 0.');
});
