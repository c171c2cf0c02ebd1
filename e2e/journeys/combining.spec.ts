import { expect, test } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

test('a formula makes a direction that follows its parts, and undo takes it back', async ({ page }) => {
  const board = await Board.open(page);
  const before = await board.texts();
  await page.getByRole('button', { name: 'Combine', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Combine directions' });
  const formula = dialog.getByRole('textbox', { name: 'Formula' });
  const add = dialog.getByRole('button', { name: 'Add direction' });

  // What is wrong is said while it is typed; names complete.
  await formula.fill('2 * grumpy');
  await expect(dialog.getByText(/no direction called “grumpy”/)).toBeVisible();
  await expect(add).toBeDisabled();
  await formula.fill('');
  await formula.pressSequentially('-ha');
  await page.getByRole('option', { name: 'happy direction' }).click();
  await expect(formula).toHaveValue('-happy');
  await expect(dialog.getByRole('table', { name: 'The result' })).toContainText('−1.00');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('gloomy');
  await add.click();
  await expect(board.direction('gloomy')).toContainText('= -happy');

  // One direction and its opposite at the same strength: the text is the baseline's.
  await board.setStrength('gloomy', 0.5);
  const both = await board.texts();
  expect(both.steered).toEqual(before.baseline);
  await board.toggle('happy', false);
  const gloomy = await board.texts();
  expect(gloomy.steered).not.toEqual(before.baseline);

  // A renamed part is still its part.
  await page.getByRole('textbox', { name: 'Name of happy' }).fill('very glad');
  await board.direction('gloomy').click();
  await expect(board.direction('gloomy')).toContainText('= -"very glad"');

  // By buttons, and by keys.
  await page.getByRole('button', { name: 'Combine', exact: true }).click();
  await dialog.getByRole('button', { name: 'n × A' }).click();
  await expect(formula).toHaveValue('2 * "very glad"');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  const undo = page.getByRole('button', { name: /^Undo/ });
  await expect(undo).toHaveAccessibleName('Undo name of very glad');
  await undo.click();
  await undo.click();
  while ((await undo.getAttribute('aria-label')) === 'Undo strength of gloomy') await undo.click();
  await expect(undo).toHaveAccessibleName('Undo adding gloomy');
  await undo.click();
  await expect(board.direction('gloomy')).toBeHidden();
  await expect(undo).toBeDisabled();
  expect((await board.texts()).steered).toEqual(before.steered);
  await page.getByRole('button', { name: 'Redo adding gloomy' }).click();
  await board.direction('gloomy').getByRole('switch').focus();
  await page.keyboard.press('Control+z');
  await expect(board.direction('gloomy')).toBeHidden();
  await page.keyboard.press('Control+Shift+Z');
  await expect(board.direction('gloomy')).toBeVisible();
});
