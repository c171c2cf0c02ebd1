import { readFile } from 'node:fs/promises';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 600_000 });

const measures = (page: Page): Locator => page.getByRole('region', { name: 'Measures', exact: true });
const points = (page: Page): Locator => measures(page).getByRole('region', { name: 'Points of the sweep' });

/** Sets a sweep on the page's own prompt. */
async function setSweep(page: Page, strengths: string, tokens: number): Promise<Locator> {
  const card = measures(page);
  await card.getByRole('tab', { name: 'Sweep' }).click();
  await card.getByRole('radiogroup', { name: 'How strengths are given' }).getByText('List').click();
  await card.getByRole('textbox', { name: 'Strengths' }).fill(strengths);
  await card.getByText('Prompts, seeds, and what it is compared with').click();
  await card.getByRole('textbox', { name: 'Other prompts' }).fill('');
  await card.getByRole('textbox', { name: 'Tokens' }).fill(String(tokens));
  return card;
}

async function choose(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: /^Experiment: / }).click();
  await page
    .getByRole('dialog', { name: /^Experiment: / })
    .getByRole('button', { name: action, exact: true })
    .click();
}

/** Every row of the table with its figures, by what it is of. */
async function rowsOf(page: Page): Promise<readonly string[]> {
  return (await points(page).getByRole('row').allInnerTexts()).sort();
}

test('a sweep is there after a reload and in another experiment’s place, and the model may be opened again', async ({
  page,
}) => {
  const board = await Board.open(page);
  const card = await setSweep(page, '-0.5, 0.5', 12);
  await card.getByRole('textbox', { name: 'Layers' }).fill('3, 5');
  await card.getByRole('button', { name: 'Start sweep' }).click();
  await expect(card.getByText(/: all texts are there/)).toBeVisible({ timeout: 120_000 });
  await expect(card.getByText('These results are saved with this experiment, in this browser.')).toBeVisible();
  await points(page)
    .getByRole('button', { name: /^Show the texts of layer 5, −0.5/ })
    .click();
  const texts = card.getByRole('region', { name: 'Texts of layer 5, −0.5' }).locator('.sweep-text');
  const [rows, written] = [await rowsOf(page), await texts.allInnerTexts()];

  const isAsBefore = async (): Promise<void> => {
    await expect(card.getByText(/: all texts are there/)).toBeVisible({ timeout: 60_000 });
    expect(await rowsOf(page)).toEqual(rows);
    expect(await texts.allInnerTexts()).toEqual(written);
    await expect(card.getByText(/^These results (are of older settings|were made with)/)).toHaveCount(0);
  };
  // The last texts are saved within a second, and when the page is left.
  await page.reload();
  await board.settled();
  await isAsBefore();

  await choose(page, 'New');
  await card.getByRole('tab', { name: 'Sweep' }).click();
  await expect(card.getByRole('button', { name: 'Start sweep' })).toBeEnabled();
  await page.reload();
  await board.settled();
  await choose(page, 'All experiments…');
  await page.getByRole('button', { name: 'Open Experiment 1', exact: true }).click();
  await isAsBefore();

  // The same model, opened anew: what was measured on it is as good as before.
  await page.getByRole('button', { name: /^Device: / }).click();
  await board.deviceChoice('WASM').click();
  await board.settled();
  await isAsBefore();
});

test('a sweep that a reload cut off goes on from the texts that are there', async ({ page }) => {
  const board = await Board.open(page);
  // So many that it is far from its end on a fast machine too.
  const strengths = Array.from({ length: 15 }, (_, at) => (at + 1) / 10).flatMap((it) => [-it, it]);
  const card = await setSweep(page, strengths.join(', '), 48);
  await card.getByRole('button', { name: 'Every one' }).click();
  await card.getByRole('button', { name: 'Start sweep' }).click();
  await expect(card.getByText(/^(?:[3-9]\d|\d{3,}) of \d+ texts/)).toBeVisible({ timeout: 120_000 });
  await page.reload();
  await board.settled();
  await expect(card.getByText('The sweep stopped: The page was closed or reloaded while it ran.')).toBeVisible();
  const left = card.getByText(/: \d+ more texts of 48 tokens/);
  const all = 8 * 30 + 2 * 30 + 2 + 1;
  await expect(left).toBeVisible();
  const missing = Number(/: (\d+) more/.exec((await left.textContent())!)![1]);
  expect(missing).toBeGreaterThan(0);
  expect(missing).toBeLessThan(all - 25);
  const showAll = card.getByRole('button', { name: /^Show all \d+ points$/ });
  if (all - missing > 40) await showAll.click();
  const before = await rowsOf(page);
  expect(before).toHaveLength(all - missing + 1);
  await card.getByRole('button', { name: 'Go on' }).click();
  await expect(card.getByText(/: all texts are there/)).toBeVisible({ timeout: 180_000 });
  if (all - missing <= 40) await showAll.click();
  const after = await rowsOf(page);
  expect(after).toHaveLength(all + 1);
  // What was there is as it was: each row but for its star, since others may do more for less now.
  const figures = (rows: readonly string[]): string[] => rows.map((row) => row.replace(' ★', ''));
  expect(figures(after)).toEqual(expect.arrayContaining(figures(before)));
});

test('a file takes the results along, and a link says that it does not', async ({ page, browser }) => {
  const board = await Board.open(page);
  const card = await setSweep(page, '0.5', 8);
  await card.getByRole('button', { name: 'Start sweep' }).click();
  await expect(card.getByText(/: all texts are there/)).toBeVisible({ timeout: 120_000 });
  await board.settled();
  const rows = await rowsOf(page);
  await choose(page, 'Share link…');
  const dialog = page.getByRole('dialog', { name: 'Experiments', exact: true });
  await expect(dialog.getByText(/It does not hold the results of the sweep; a file does\./)).toBeVisible();
  const saving = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save a file' }).click();
  const path = await (await saving).path();
  const context = await browser.newContext();
  const other = await context.newPage();
  await Board.open(other);
  await other
    .locator('input[type=file]')
    .first()
    .setInputFiles({
      name: 'given.steerboard-experiment.json',
      mimeType: 'application/json',
      buffer: await readFile(path),
    });
  const incoming = other.getByRole('dialog', { name: 'Experiment from a file' });
  await expect(incoming.getByText(/^\d+ texts at \d+ settings, on tales$/)).toBeVisible();
  await incoming.getByRole('button', { name: 'Open as a new experiment' }).click();
  await measures(other).getByRole('tab', { name: 'Sweep' }).click();
  await expect(measures(other).getByText(/: all texts are there/)).toBeVisible({ timeout: 60_000 });
  await expect(measures(other).getByText(/^These results (are of older settings|were made with)/)).toHaveCount(0);
  expect(await rowsOf(other)).toEqual(rows);
  await context.close();
});

test('what a search found is there after a reload, and can be used', async ({ page }) => {
  const board = await Board.open(page);
  await measures(page).getByRole('tab', { name: 'Find' }).click();
  await measures(page).getByRole('button', { name: 'Start' }).click();
  const found = measures(page).getByRole('region', { name: 'What was found' });
  await expect(found).toBeVisible({ timeout: 400_000 });
  const words = await found.innerText();
  await page.reload();
  await board.settled();
  expect(await found.innerText()).toBe(words);
  await found.getByRole('button', { name: 'Use it' }).click();
  await expect(board.direction('happy 2')).toBeVisible();
  await expect(found.getByRole('button', { name: 'Export it…' })).toBeFocused();
});
