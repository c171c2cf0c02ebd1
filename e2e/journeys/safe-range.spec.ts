/** How strong is still safe: the band on the slider, and the limits behind the verdict. */
import { expect, test } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

/** Measured in the background, a while after the texts are written. */
const patience = { timeout: 90_000 };

test('the safe range is painted on the slider, follows layers and budget, and is there again after a reload', async ({
  page,
}) => {
  const board = await Board.open(page);
  const card = board.direction('happy');
  const band = card.getByTestId('safe-band');
  await expect(band).toBeVisible(patience);
  const slider = card.locator('.strength-slider');
  await expect(slider).toHaveAttribute(
    'title',
    /^Safe from −\d.* to \+\d.*: about nine of ten texts should stay within 1\.50 nats/,
  );
  await expect(board.strength('happy')).toHaveAttribute('aria-valuetext', /in the safe range$/);
  const first = await slider.getAttribute('title');

  // Beyond its end the slider says so, and the band stays where it is.
  await board.setStrength('happy', 2);
  await expect(board.strength('happy')).toHaveAttribute('aria-valuetext', /beyond the safe range$/);
  await board.settled();
  await expect(slider).toHaveAttribute('title', first!);

  // More layers: another range, once it was measured.
  await board.setStrength('happy', 0.5);
  await board.setLayers('happy', 4, 5);
  await expect(slider).toHaveAttribute('title', /being measured|not measured yet/);
  await expect(band).toBeHidden();
  await expect(band).toBeVisible(patience);
  const wide = await band.boundingBox();
  await expect(slider).not.toHaveAttribute('title', first!);

  // A smaller budget makes the band smaller at once; the verdict follows the same limit.
  await board.settled();
  await board.verdict.click();
  const limits = page.getByRole('dialog');
  await expect(limits).toContainText('budget of the safe range');
  const budget = limits.getByRole('textbox', { name: 'KL: strained beyond' });
  await budget.fill('0.1');
  await expect(slider).toHaveAttribute('title', /within 0\.10 nats/);
  await expect.poll(async () => (await band.boundingBox())!.width).toBeLessThan(0.7 * wide!.width);
  await expect(board.verdict).not.toHaveText('within range');
  await limits.getByRole('button', { name: 'Reset the limits' }).click();
  await expect(budget).toHaveValue('1.5');
  await expect(slider).toHaveAttribute('title', /within 1\.50 nats/);
  await page.keyboard.press('Escape');
  // Also from the button that has nothing to do any more. It gives the focus back when it is gone.
  await expect(limits).toBeHidden();

  // The same budget is at the range itself, by the keyboard, and one step of undo takes it back.
  const note = card.getByRole('button', { name: /^Safe range of happy: safe from −\d/ });
  await expect(note).toBeVisible(patience);
  await note.press('Enter');
  const atRange = page.getByRole('textbox', { name: 'Budget, nats a token' });
  await atRange.fill('0.2');
  await expect(slider).toHaveAttribute('title', /within 0\.20 nats/);
  await page.keyboard.press('Escape');
  await expect(atRange).toBeHidden();
  await page.getByRole('button', { name: 'Undo limits' }).click();
  await expect(slider).toHaveAttribute('title', /within 1\.50 nats/);

  // What was measured is kept.
  await expect(slider).toHaveAttribute('title', /^Safe from/, patience);
  await page.reload();
  await board.settled();
  // At once: it takes seconds to be measured again.
  expect(await slider.getAttribute('title')).toMatch(/^Safe from/);
  await expect(band).toBeVisible();
});
