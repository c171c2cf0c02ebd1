import { readFile } from 'node:fs/promises';
import { expect, test, type Locator, type Page } from '@playwright/test';
import Papa from 'papaparse';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

/** Chooses a format in the menu of a plot; the file's name and bytes. */
async function saved(page: Page, button: Locator, format: string): Promise<{ name: string; bytes: Buffer }> {
  await button.focus();
  await page.keyboard.press('Enter');
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: format }).click();
  const download = await downloading;
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

interface Parsed {
  readonly root: string;
  readonly size: readonly (string | null)[];
  readonly forbidden: number;
  readonly text: string;
}

/** What the browser's own parser makes of a document. */
function parsed(page: Page, svg: string): Promise<Parsed> {
  return page.evaluate((source) => {
    const document = new DOMParser().parseFromString(source, 'image/svg+xml');
    const root = document.documentElement;
    return {
      root: root.localName,
      size: [root.getAttribute('width'), root.getAttribute('height')],
      forbidden: document.querySelectorAll('script, foreignObject, parsererror').length,
      text: root.textContent ?? '',
    };
  }, svg);
}

/** Width and height of a PNG, from its header. */
function pngSize(bytes: Buffer): readonly [number, number] {
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

test('a plot is saved as a picture and as data', async ({ page }) => {
  const board = await Board.open(page);
  const name = 'A <script>&"happy"';
  await page.getByRole('textbox', { name: /^Name/ }).first().fill(name);
  const card = page.getByRole('region', { name: 'Alignment by layer and token' });
  await expect(card.locator('.main-svg').first()).toBeAttached();
  const button = card.getByRole('button', { name: /^Save this plot/ });

  const svg = await saved(page, button, 'Picture, SVG');
  expect(svg.name).toBe('steerboard-alignment-a-script-happy.svg');
  const picture = await parsed(page, svg.bytes.toString('utf8'));
  expect(picture).toMatchObject({ root: 'svg', forbidden: 0 });
  expect(picture.text).toContain(name);

  const png = await saved(page, button, 'Picture, PNG');
  expect(pngSize(png.bytes)).toEqual(picture.size.map((side) => 2 * Number(side)));

  const { layers } = await board.shape();
  const tokens = await board.tokens('Steered').count();
  const csv = Papa.parse<string[]>((await saved(page, button, 'Data, CSV')).bytes.toString('utf8'), {
    skipEmptyLines: true,
  });
  expect(csv.errors).toEqual([]);
  expect(csv.data[0]).toEqual(['position', 'token', 'layer', 'alignment (cosine)']);
  expect(csv.data).toHaveLength(1 + tokens * layers);
  const json = JSON.parse((await saved(page, button, 'Data, JSON')).bytes.toString('utf8')) as { rows: unknown[][] };
  expect(json.rows).toHaveLength(tokens * layers);
  expect(json.rows.every(([, , , value]) => typeof value === 'number' && Math.abs(value) <= 1)).toBe(true);
});

test('the plane and the layers’ bars are saved as they look', async ({ page }) => {
  await Board.open(page);
  const lab = page.getByRole('region', { name: 'Direction lab' });
  await lab.scrollIntoViewIfNeeded();
  const plane = lab.getByRole('button', { name: /^Save this plot: Plane of/ });
  await expect(plane).toBeAttached();
  // Tokens are read along a plane's axes once it is there.
  for (const row of ['baseline', 'steered'])
    await expect(lab.locator(`.plane-tokens.${row} .generated`)).toHaveAttribute('d', /\d/);
  const svg = await saved(page, plane, 'Picture, SVG');
  const text = svg.bytes.toString('utf8');
  expect(await parsed(page, text)).toMatchObject({ root: 'svg', forbidden: 0 });
  expect(text).not.toContain('var(--');
  const [width, height] = pngSize((await saved(page, plane, 'Picture, PNG')).bytes);
  expect(Math.min(width, height)).toBeGreaterThan(400);
  const points = Papa.parse<string[]>((await saved(page, plane, 'Data, CSV')).bytes.toString('utf8'), {
    skipEmptyLines: true,
  });
  const kinds = new Set(points.data.slice(1).map(([kind]) => kind));
  expect([...kinds].sort()).toEqual(['arrow', 'baseline token', 'negative text', 'positive text', 'steered token']);

  const bars = page.getByRole('region', { name: 'Separation by layer' }).getByRole('button', { name: /^Save this/ });
  expect(await parsed(page, (await saved(page, bars, 'Picture, SVG')).bytes.toString('utf8'))).toMatchObject({
    root: 'svg',
    forbidden: 0,
  });
});
