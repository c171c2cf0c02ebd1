import { expect, test, type Page } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });
test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** Keys count once a step has been drawn, a frame after it is there. */
async function press(page: Page, key: string): Promise<void> {
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await page.keyboard.press(key);
}

test('a first visit offers a tour of at most five steps, which keys walk and Escape leaves', async ({ page }) => {
  await Board.open(page);
  const offer = page.getByRole('region', { name: 'Tour' });
  await offer.getByRole('button', { name: /Take the tour/ }).click();
  const step = page.getByRole('dialog');
  await expect(step).toContainText('The same model, twice');
  const of = Number(/1 of (\d)/.exec((await step.textContent()) ?? '')?.[1]);
  expect(of).toBeGreaterThan(1);
  expect(of).toBeLessThanOrEqual(5);
  await press(page, 'ArrowRight');
  await expect(step).toContainText('How strong');
  await press(page, 'ArrowLeft');
  await expect(step).toContainText('The same model, twice');
  await press(page, 'Escape');
  await expect(step).toBeHidden();
  await expect(offer).toBeHidden();
});

test('a tour that was declined is not offered again, and is found at the top', async ({ page }) => {
  const board = await Board.open(page);
  await page.getByRole('button', { name: 'No tour' }).click();
  await expect(page.getByRole('region', { name: 'Tour' })).toBeHidden();
  await page.reload();
  await board.settled();
  await expect(page.getByRole('region', { name: 'Tour' })).toBeHidden();
  await page.getByRole('button', { name: 'Tour of the page' }).click();
  const step = page.getByRole('dialog');
  await expect(step).toContainText('The same model, twice');
  for (const button of ['Next', 'Next']) await step.getByRole('button', { name: button }).click();
  await press(page, 'Escape');
  await expect(step).toBeHidden();
  await expect(page.getByRole('button', { name: 'Tour of the page' })).toBeFocused();
});
