import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { join } from 'node:path';
import { expect, test, type Browser, type Locator, type Page } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

const chip = (page: Page): Locator => page.getByRole('button', { name: /^Experiment: / });
const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Experiments', exact: true });
const preview = (page: Page): Locator => page.getByRole('dialog', { name: /^Experiment from a / });
const about = (page: Page): Locator => page.getByRole('status', { name: 'About this experiment' });
const row = (page: Page, name: string): Locator => dialog(page).getByRole('listitem', { name, exact: true });

async function choose(page: Page, action: string): Promise<void> {
  await chip(page).click();
  await page
    .getByRole('dialog', { name: /^Experiment: / })
    .getByRole('button', { name: action, exact: true })
    .click();
}

async function openFromList(page: Page, name: string): Promise<void> {
  await choose(page, 'All experiments…');
  await row(page, name)
    .getByRole('button', { name: `Open ${name}`, exact: true })
    .click();
  await expect(chip(page)).toHaveAccessibleName(`Experiment: ${name}`);
}

/** The page in a browser profile of its own. */
async function fresh(browser: Browser, address: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

const linkOf = (text: string): string => `#experiment=${deflateRawSync(text).toString('base64url')}`;

test('each experiment keeps what was left in it; another begins its own steps of undo', async ({ page }) => {
  const board = await Board.open(page);
  await board.setStrength('happy', -0.6);
  const first = await board.texts();
  await expect(page.getByRole('button', { name: /^Undo strength/ })).toBeEnabled();

  await choose(page, 'New');
  await expect(chip(page)).toHaveAccessibleName('Experiment: Experiment 2');
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeDisabled();
  expect(await board.strengthNow('happy')).toBeCloseTo(0.5, 6);
  await board.prompt.fill('The dog was');
  await expect(board.textCard('Baseline')).toContainText('The dog was');
  const second = await board.texts();
  expect(second.steered).not.toEqual(first.steered);

  await openFromList(page, 'Experiment 1');
  expect(await board.strengthNow('happy')).toBeCloseTo(-0.6, 6);
  await expect(board.textCard('Baseline')).toContainText('Once upon a time');
  expect(await board.texts()).toEqual(first);
  await page.reload();
  expect(await board.texts()).toEqual(first);
  await expect(chip(page)).toHaveAccessibleName('Experiment: Experiment 1');

  // Named in place, found by a word of its text, deleted and brought back.
  await chip(page).click();
  await page.getByLabel('Name of this experiment').fill('gloomy');
  await page.keyboard.press('Enter');
  await expect(chip(page)).toHaveAccessibleName('Experiment: gloomy');
  await choose(page, 'All experiments…');
  await expect(dialog(page).getByRole('listitem')).toHaveCount(2);
  await dialog(page).getByLabel('Search experiments').fill('GLOOM');
  await expect(dialog(page).getByRole('listitem')).toHaveCount(1);
  await dialog(page).getByLabel('Search experiments').fill('');
  await row(page, 'Experiment 2').getByRole('button', { name: 'Delete Experiment 2' }).click();
  await expect(dialog(page).getByText('“Experiment 2” is deleted.')).toBeVisible();
  await expect(row(page, 'Experiment 2')).toHaveCount(0);
  await dialog(page).getByRole('button', { name: 'Undo' }).click();
  await row(page, 'Experiment 2').getByRole('button', { name: 'Open Experiment 2' }).click();
  await expect(board.prompt).toHaveValue('The dog was');
  await expect(board.textCard('Baseline')).toContainText('The dog was');
  expect(await board.texts()).toEqual(second);
});

test('a sweep goes on for the experiment that it was begun in, and its results are there alone', async ({ page }) => {
  const board = await Board.open(page);
  const card = page.getByRole('region', { name: 'Measures', exact: true });
  await card.getByRole('tab', { name: 'Sweep' }).click();
  await card.getByText('Prompts, seeds, and what it is compared with').click();
  await card.getByRole('textbox', { name: 'Tokens' }).fill('128');
  await card.getByRole('button', { name: 'Start sweep' }).click();
  await expect(card.getByText(/^[1-9]\d* of \d+ texts/)).toBeVisible({ timeout: 60_000 });

  await choose(page, 'New');
  await expect(chip(page)).toHaveAccessibleName('Experiment: Experiment 2');
  await expect(page.locator('.status-strip').getByText('Sweep of “Experiment 1”')).toBeVisible();
  await card.getByRole('tab', { name: 'Sweep' }).click();
  await expect(card.getByText('A sweep of “Experiment 1” is still running')).toBeVisible();
  await expect(card.getByRole('region', { name: 'What the sweep comes to' })).toHaveCount(0);
  await expect(card.getByRole('region', { name: 'Points of the sweep' })).toHaveCount(0);
  await expect(card.getByRole('button', { name: 'Start sweep' })).toHaveCount(0);

  await card.getByRole('button', { name: 'Go to “Experiment 1”' }).click();
  await expect(chip(page)).toHaveAccessibleName('Experiment: Experiment 1');
  await expect(card.getByRole('region', { name: 'Points of the sweep' })).toBeVisible();

  // Cancelled from the other one, it ends here.
  await openFromList(page, 'Experiment 2');
  await card.getByRole('button', { name: 'Cancel it' }).click();
  await expect(card.getByRole('button', { name: 'Start sweep' })).toBeEnabled();
  await openFromList(page, 'Experiment 1');
  await expect(card.getByText(/: \d+ more texts of 128 tokens/)).toBeVisible();
  await board.settled();
});

test('a copy is changed and compared with what it was copied from', async ({ page }) => {
  const board = await Board.open(page);
  const before = await board.texts();
  await board.compared();
  await choose(page, 'Duplicate');
  await expect(chip(page)).toHaveAccessibleName('Experiment: Experiment 2');
  expect(await board.texts()).toEqual(before);
  await board.setStrength('happy', -1);
  await board.setSampling({ Seed: 8 });
  await board.compared();
  expect(await board.text('Baseline')).not.toEqual(before.baseline);
  const table = dialog(page).getByRole('table');
  // At once: the one on the board, and the other one.
  await choose(page, 'Compare…');
  await expect(table.getByRole('columnheader')).toHaveText(['Experiment 2', 'Experiment 1']);
  await dialog(page).getByRole('tab', { name: 'All' }).click();
  await dialog(page).getByRole('checkbox', { name: 'Compare Experiment 2', exact: true }).uncheck();
  await dialog(page).getByRole('checkbox', { name: 'Compare Experiment 2', exact: true }).check();
  await dialog(page).getByRole('button', { name: 'Compare 2' }).click();
  await expect(table.getByRole('columnheader')).toHaveText(['Experiment 1', 'Experiment 2']);
  const cells = async (label: string): Promise<string[]> =>
    table
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name: label, exact: true }) })
      .getByRole('cell')
      .allTextContents();
  expect(await cells('Seed')).toEqual(['7', '8']);
  const [adds, takes] = await cells('“happy”');
  expect(adds).toContain('Adds 0.5 residual norms');
  expect(takes).toContain('1 residual norms');
  await expect(table.getByRole('rowheader', { name: 'Temperature' })).toHaveCount(0);
  const words = (text: readonly string[]): string => text.join('').replace(/\s+/g, ' ');
  const [kept] = await cells('Steered text');
  expect(words(before.steered)).toContain(kept!.trim().replace(/\s+/g, ' ').slice(0, 100));
  const costs = await cells('KL, nats a token');
  expect(costs).toHaveLength(2);
  expect(costs.every((cell) => Number(cell) > 0)).toBe(true);
});

test('a link opens in another browser profile and gives the same texts, token for token', async ({ page, browser }) => {
  const board = await Board.open(page);
  await board.setStrength('happy', -0.8);
  await board.setLayers('happy', 3, 5);
  await board.setSampling({ Seed: 21 });
  await expect(page.getByRole('button', { name: 'Sampling', exact: true })).toContainText('seed 21');
  const texts = await board.texts();
  await board.compared();
  await choose(page, 'Share link…');
  const field = dialog(page).getByRole('textbox', { name: 'Link' });
  await expect(dialog(page).getByText(/of at most 30,000 characters\.$/)).toBeVisible();
  const link = await field.inputValue();
  expect(link.length).toBeLessThan(6000);

  const other = await fresh(browser, link);
  await expect(preview(other)).toContainText('happy ↔ sad: mean difference, found again here');
  await expect(preview(other)).toContainText(/the texts should come out the same/, { timeout: 60_000 });
  await preview(other).getByRole('button', { name: 'Open as a new experiment' }).click();
  await expect(about(other)).toContainText(/The texts are the same.*token for token \(96/, { timeout: 60_000 });
  const there = new Board(other);
  expect(await there.texts()).toEqual(texts);
  expect(await there.strengthNow('happy')).toBeCloseTo(-0.8, 6);
  expect(new URL(other.url()).hash).toBe('');
  await choose(other, 'All experiments…');
  await expect(row(other, 'Experiment 1')).toBeVisible();
  await other.context().close();
});

test('a file gives the same texts too, with its vectors, and says where they part when a token is another', async ({
  page,
  browser,
}) => {
  const board = await Board.open(page);
  await board.setStrength('happy', 1);
  await board.setSampling({ Temperature: 1, Seed: 5 });
  await expect(page.getByRole('button', { name: 'Sampling', exact: true })).toContainText('seed 5');
  const texts = await board.texts();
  await board.compared();
  const download = page.waitForEvent('download');
  await choose(page, 'Save file…');
  const file = await download;
  expect(file.suggestedFilename()).toBe('Experiment-1.steerboard-experiment.json');
  const content = readFileSync(await file.path(), 'utf8');

  const other = await fresh(browser, '/');
  const there = new Board(other);
  await there.settled();
  const take = (text: string): Promise<void> =>
    other
      .getByLabel('Experiment file to open')
      .setInputFiles({ name: 'x.steerboard-experiment.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await take(content);
  await expect(preview(other)).toContainText('happy ↔ sad: mean difference, with its vectors');
  await preview(other).getByRole('button', { name: 'Open as a new experiment' }).click();
  await expect(about(other)).toContainText('The texts are the same', { timeout: 60_000 });
  expect(await there.texts()).toEqual(texts);

  interface Kept {
    made: { device: string };
    outcome: { steered: { ids: number[]; pieces: string[]; promptLength: number } };
  }
  const changed = JSON.parse(content) as Kept;
  const { ids, pieces, promptLength } = changed.outcome.steered;
  const was = pieces[promptLength + 4]!;
  ids[promptLength + 4] = 0;
  pieces[promptLength + 4] = ' elsewhere';
  changed.made.device = 'webgpu';
  await take(JSON.stringify(changed));
  await expect(preview(other)).toContainText('it ran on WebGPU, here on WASM');
  await preview(other).getByRole('button', { name: 'Open as a new experiment' }).click();
  await expect(about(other)).toContainText(
    `The baseline is the same, token for token. The steered text parts from the kept one at generated token 5: it was “ elsewhere”, here it is “${was}”. What is other here: it ran on WebGPU, here on WASM.`,
    { timeout: 60_000 },
  );
  await other.context().close();
});

test('the board of an earlier version becomes the first experiment', async ({ page }) => {
  const saved = readFileSync(join('test', 'fixtures', 'snapshots', '1.json'), 'utf8');
  await page.goto('/favicon.svg');
  await page.evaluate(
    (text) =>
      new Promise<void>((resolve, reject) => {
        const board: unknown = JSON.parse(text, (_, value: unknown) =>
          typeof value === 'object' && value !== null && 'float32' in value
            ? Float32Array.from(value.float32 as number[])
            : value,
        );
        const open = indexedDB.open('keyval-store');
        open.onupgradeneeded = () => open.result.createObjectStore('keyval');
        open.onerror = () => reject(new Error('not opened'));
        open.onsuccess = () => {
          const transaction = open.result.transaction('keyval', 'readwrite');
          transaction.objectStore('keyval').put(board, 'steerboard');
          transaction.oncomplete = () => {
            open.result.close();
            resolve();
          };
        };
      }),
    saved,
  );
  const board = await Board.open(page);
  await expect(chip(page)).toHaveAccessibleName('Experiment: Experiment 1');
  await expect(board.direction('happy')).toBeVisible();
  expect(await board.strengthNow('drawn')).toBeCloseTo(-0.35, 6);
  await expect(page.getByRole('button', { name: 'Sampling', exact: true })).toContainText('seed 11');
  const texts = await board.texts();
  await page.reload();
  expect(await board.texts()).toEqual(texts);
  await choose(page, 'All experiments…');
  await expect(dialog(page).getByRole('listitem')).toHaveCount(1);
});

test('a crafted link is refused in words, runs nothing, and changes nothing', async ({ page }) => {
  const board = await Board.open(page);
  await board.setStrength('happy', 0.7);
  const texts = await board.texts();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const crafted: readonly (readonly [string, RegExp])[] = [
    ['#experiment=%00', /incomplete or was changed/],
    [linkOf('0'.repeat(50e6)), /holds more than any link/],
    [linkOf('{"format":"steerboard-experiment","version":"1.0"}'), /name is missing/],
    [linkOf('{"format":"steerboard-experiment","version":"2.0"}'), /written by a newer Steerboard/],
  ];
  for (const [hash, says] of crafted) {
    await page.evaluate((fragment) => {
      window.location.hash = fragment;
    }, hash);
    await expect(board.problem(says)).toBeVisible();
    await expect(preview(page)).toBeHidden();
    await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
  }
  // A sound one with markup for a name and a model from elsewhere: shown as text, and nothing is asked of its host.
  const sound = JSON.parse(readFileSync(join('test', 'fixtures', 'experiments', '1.0.json'), 'utf8')) as Record<
    string,
    Record<string, unknown>
  >;
  const name = '<img src=x onerror="document.title=1">';
  const place = { kind: 'hub', id: 'org/model', revision: 'a'.repeat(40), host: 'https://elsewhere.example' };
  const link = linkOf(JSON.stringify({ ...sound, name, made: { ...sound['made'], place, model: { ...(sound['made']!['model'] as object), id: 'org/model' } } })); // prettier-ignore
  await page.evaluate((fragment) => {
    window.location.hash = fragment;
  }, link);
  await expect(preview(page).getByRole('heading', { name })).toBeVisible();
  await expect(preview(page)).toContainText('not stored in this browser (it came from https://elsewhere.example)');
  await preview(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(preview(page)).toBeHidden();
  expect(await page.title()).not.toBe('1');
  expect(asked.filter((url) => new URL(url).hostname !== 'localhost')).toEqual([]);
  expect(await board.strengthNow('happy')).toBeCloseTo(0.7, 6);
  expect(await board.texts()).toEqual(texts);
  await choose(page, 'All experiments…');
  await expect(dialog(page).getByRole('listitem')).toHaveCount(1);
});

test('two tabs do not overwrite each other', async ({ page, context }) => {
  const board = await Board.open(page);
  await board.setStrength('happy', 0.3);
  await board.settled();
  const second = await context.newPage();
  const other = await Board.open(second);
  await expect(about(second)).toContainText('“Experiment 1” is open in another tab');
  await expect(chip(second)).toHaveAccessibleName('Experiment: Experiment 2');
  expect(await other.strengthNow('happy')).toBeCloseTo(0.3, 6);
  await other.setStrength('happy', -0.5);
  await other.settled();
  await board.setStrength('happy', 0.9);
  await board.settled();
  await second.reload();
  await other.settled();
  expect(await other.strengthNow('happy')).toBeCloseTo(-0.5, 6);
  await expect(chip(second)).toHaveAccessibleName('Experiment: Experiment 2');
  await page.reload();
  await board.settled();
  expect(await board.strengthNow('happy')).toBeCloseTo(0.9, 6);
  // Nor is one deleted under another tab's feet.
  await choose(page, 'All experiments…');
  await row(page, 'Experiment 2').getByRole('button', { name: 'Delete Experiment 2' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText(
    '“Experiment 2” is open in another tab. Close it there first.',
  );
  await second.close();
});
