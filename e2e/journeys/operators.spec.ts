/** What can be done with a direction, as a user chooses it. */
import { expect, test } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

test('operators have their own strength, options and second direction, and say what is missing', async ({ page }) => {
  const board = await Board.open(page);
  const first = await board.texts();
  const card = board.direction('happy');
  const steered = board.textCard('Steered');

  await board.chooseOperator('happy', 'Spherical');
  await expect(board.strength('happy')).toHaveAttribute('aria-valuenow', '0.2');
  await expect(board.strength('happy')).toHaveAttribute('aria-valuetext', '20 %');
  await expect(steered).toContainText('20 % towards happy');
  const turned = await board.texts();
  expect(turned.baseline).toEqual(first.baseline);
  expect(turned.steered).not.toEqual(first.steered);
  expect(turned.steered).not.toEqual(first.baseline);

  // It takes two, and there is only one.
  await board.chooseOperator('happy', 'Swap');
  await expect(card.getByRole('status')).toContainText('Make another one first');
  await expect(steered).toContainText('nothing is on');
  expect((await board.texts()).steered).toEqual(first.baseline);

  await board.chooseOperator('happy', 'Transport');
  await expect(card.getByRole('status')).toContainText('Linear transport');
  expect((await board.texts()).steered).toEqual(first.baseline);

  await board.chooseOperator('happy', 'Cap');
  await expect(card.getByRole('status')).toHaveCount(0);
  await expect(steered).toContainText('happy ≤ +0.50');
  await board.choose('Change residuals that are, of happy', 'below it');
  await expect(steered).toContainText('happy ≥ +0.50');
  const lifted = await board.texts();
  expect(lifted.steered).not.toEqual(first.baseline);

  await page.getByRole('button', { name: 'New direction' }).click();
  const editor = page.getByRole('dialog');
  await editor.getByRole('textbox', { name: 'Name' }).fill('big');
  await editor
    .getByRole('textbox', { name: /^Positive/ })
    .fill('The dog was big\nIt was a huge house\nHe saw a giant tree');
  await editor
    .getByRole('textbox', { name: /^Negative/ })
    .fill('The dog was little\nIt was a tiny house\nHe saw a small tree');
  await editor.getByRole('button', { name: /^Fit/ }).click();
  await expect(board.direction('big')).toBeVisible();
  await expect(editor).toBeHidden();
  await board.toggle('big', false);
  await board.direction('happy').getByRole('textbox', { name: 'Name of happy' }).focus();
  await board.chooseOperator('happy', 'Swap');
  await card.getByRole('combobox', { name: 'Second direction of happy' }).selectOption('big');
  await expect(steered).toContainText('happy swapped');
  const swapped = await board.texts();
  expect(swapped.steered).not.toEqual(first.baseline);

  // Both at once: the page says in which order.
  await board.toggle('big', true);
  await page.getByRole('button', { name: 'The plan in words' }).click();
  const words = page.getByRole('dialog');
  await expect(words).toContainText('Writes what is along the direction along the second one instead');
  await expect(words.getByRole('listitem')).toHaveText([/^Swap/, /^Add/]);
  await page.keyboard.press('Escape');
  // It gives the focus back when it is gone, which would close what is opened meanwhile.
  await expect(words).toBeHidden();

  // From an operator without a strength back to one in residual norms.
  await board.direction('happy').getByRole('textbox', { name: 'Name of happy' }).focus();
  await board.chooseOperator('happy', 'Add');
  await expect(board.strength('happy')).toHaveAttribute('aria-valuenow', '0.5');
});
