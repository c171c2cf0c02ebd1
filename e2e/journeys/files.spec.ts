import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

/** The parts of a document that these journeys damage. */
interface Document {
  version: string;
  model: { id: string; layers: number; width: number };
  directions: { name: string; opposite?: string; layers: { vector: string | (number | null)[] }[] }[];
}

async function exported(page: Page): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  return readFileSync(await (await download).path(), 'utf8');
}

async function importText(page: Page, text: string | Buffer, name = 'directions.json'): Promise<void> {
  const buffer = typeof text === 'string' ? Buffer.from(text) : text;
  await page.getByLabel('File to import').setInputFiles({ name, mimeType: 'application/json', buffer });
}

/** base64 of little-endian float32 values, read and written here by Node alone. */
function floats(vector: string): number[] {
  const bytes = Buffer.from(vector, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
}
function base64(values: readonly number[]): string {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => bytes.writeFloatLE(value, 4 * index));
  return bytes.toString('base64');
}

test('an exported board writes the same text in a fresh profile', async ({ page, browser }) => {
  const board = await Board.open(page);
  await board.prompt.fill('Tom had a red ball.');
  await board.setSampling({ Temperature: 0.9, Seed: 123, 'Longest text': 40 });
  await board.setStrength('happy', -0.6);
  await board.setLayers('happy', 2, 4);
  const { steered, baseline } = await board.texts();
  expect(steered.join('')).toContain('Tom had a red ball.');
  const file = await exported(page);
  const vector = floats((JSON.parse(file) as Document).directions[0]!.layers[0]!.vector as string);
  expect(vector).toHaveLength((await board.shape()).width);
  expect(Math.hypot(...vector)).toBeCloseTo(1, 4);

  await page.reload();
  expect(await board.texts()).toEqual({ steered, baseline });

  const context = await browser.newContext();
  const fresh = await Board.open(await context.newPage());
  expect((await fresh.texts()).steered).not.toEqual(steered);
  await importText(fresh.page, file);
  await expect(fresh.page.getByText(/^Imported happy/)).toBeVisible();
  await expect(fresh.prompt).toHaveValue('Tom had a red ball.');
  expect(await fresh.texts()).toEqual({ steered, baseline });
  // What the page had before is switched off, not taken away.
  await expect(fresh.page.getByRole('switch', { name: 'Apply happy' })).toHaveCount(2);
  await context.close();
});

test('files that cannot be imported are refused in words and change nothing', async ({ page }) => {
  const board = await Board.open(page);
  const before = await board.texts();
  const good = await exported(page);
  const { layers, width } = await board.shape();
  const less = width / 2;
  const damaged = (change: (document: Document) => void): string => {
    const document = JSON.parse(good) as Document;
    change(document);
    return JSON.stringify(document);
  };
  const firstVector = (document: Document): number[] => floats(document.directions[0]!.layers[0]!.vector as string);
  const withVector = (vector: (values: number[]) => string | (number | null)[]): string =>
    damaged((document) => {
      document.directions[0]!.layers[0]!.vector = vector(firstVector(document));
    });
  const folder = mkdtempSync(join(tmpdir(), 'journey-'));
  const huge = join(folder, 'huge.json');
  writeFileSync(huge, good);
  truncateSync(huge, 70 * 1024 * 1024);

  const refused: readonly (readonly [string, string | Buffer, RegExp])[] = [
    ['not JSON', 'Dear diary, today I was happy.', /cannot be imported: .*is not JSON/],
    ['truncated', good.slice(0, good.length / 2), /cannot be imported: .*is not JSON/],
    ['empty', '', /cannot be imported: .*is not JSON/],
    ['another format', '{"hello": 1}', /some other kind of file/],
    [
      '__proto__',
      good.replace('"format"', '"__proto__": {"polluted": "yes"}, "format"'),
      /__proto__.* is a name that no document may use/,
    ],
    ['NaN as JSON has none', good.replace(/"vector": "[^"]*"/, '"vector": [NaN, 1]'), /is not JSON/],
    ['null in a vector', withVector((values) => [null, ...values.slice(1)]), /vector.*expected number, received null/],
    ['NaN in base64', withVector((values) => base64([NaN, ...values.slice(1)])), /vector.*not finite/],
    [
      'beyond double',
      withVector((values) => values).replace(/"vector":\[[^,]*/, '"vector":[1e999'),
      /vector.*not a finite number/,
    ],
    [
      'one value short',
      withVector((values) => base64(values.slice(1).map((value) => value / Math.hypot(...values.slice(1))))),
      new RegExp(`vector has ${width - 1} values, but the model's width is ${width}`),
    ],
    ['a newer major version', damaged((document) => (document.version = '2.0')), /newer Steerboard \(format 2\.0/],
    [
      'another width',
      damaged((document) => {
        document.model.width = less;
        for (const direction of document.directions)
          for (const layer of direction.layers) {
            const part = floats(layer.vector as string).slice(0, less);
            layer.vector = base64(part.map((value) => value / Math.hypot(...part)));
          }
      }),
      new RegExp(`belong to tales \\(${layers} layers of width ${less}\\); tales has ${layers} of width ${width}`),
    ],
    [
      'more layers',
      damaged((document) => (document.model.layers = 12)),
      new RegExp(`12 layers of width ${width}.*has ${layers} of width ${width}`),
    ],
    [
      'an ONNX file',
      readFileSync(join('public', 'models', 'tales', 'onnx', 'model.onnx')).subarray(0, 300_000),
      /is not JSON/,
    ],
  ];
  for (const [what, content, says] of refused) {
    await test.step(what, async () => {
      await importText(page, content, `${what}.json`);
      await expect(board.problem(says)).toBeVisible();
      await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
      await expect(board.problem(/./)).toHaveCount(0);
    });
  }
  await test.step('a file of 70 MB', async () => {
    await page.getByLabel('File to import').setInputFiles(huge);
    await expect(board.problem(/is 7\d MB; a file of directions has at most \d+/)).toBeVisible();
    rmSync(folder, { recursive: true });
  });
  expect(await page.evaluate(() => 'polluted' in {})).toBe(false);
  await expect(page.getByRole('region', { name: /^Direction (?!lab$)/ })).toHaveCount(1);
  expect(await board.texts()).toEqual(before);

  // The same page still takes a sound file, which also ends the complaint.
  await importText(page, good);
  await expect(page.getByRole('region', { name: /^Direction (?!lab$)/ })).toHaveCount(2);
  await expect(board.problem(/./)).toHaveCount(0);
  expect(await board.texts()).toEqual(before);
});

test('names are text everywhere, in the plots too', async ({ page }) => {
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const image = '<img src=x onerror=alert(1)>';
  const link = '<b>bold</b><a href="https://example.com/">x</a>';
  const board = await Board.open(page);
  await page.getByRole('textbox', { name: 'Name of happy' }).fill(image);
  await expect(board.direction(image)).toBeVisible();
  const file = (await exported(page)).replace('"opposite": "sad"', `"opposite": ${JSON.stringify(link)}`);
  const nothingIsMarkup = async (): Promise<void> => {
    await expect(page.locator('img, a[href*="example.com"], [onerror]')).toHaveCount(0);
    expect(
      await page.evaluate(() =>
        [...document.querySelectorAll('a')].map((a) => a.outerHTML).filter((html) => html.includes('example')),
      ),
    ).toEqual([]);
    expect(dialogs).toEqual([]);
  };

  await importText(page, file);
  await expect(page.getByText(`Imported ${image}`)).toBeVisible();
  await expect(board.direction(`${image} 2`)).toBeVisible();
  await board.settled();
  await expect(board.textCard('Steered')).toContainText(image);
  await board.tokens('Steered').last().hover();
  await expect(page.getByRole('tooltip')).toContainText(`with ${image}`);
  await nothingIsMarkup();

  for (const name of [image, link]) {
    await page
      .getByRole('textbox', { name: /^Name of / })
      .last()
      .fill(name);
    const map = page.getByRole('img', { name: /^alignment of \d+ tokens with/ });
    await expect(map).toHaveAccessibleName(new RegExp(name.replace(/[()/.]/g, '\\$&')));
    await expect(map.locator('.heatmaplayer image, .heatmaplayer .hm').first()).toBeAttached({ timeout: 30_000 });
    // A plot that is drawn anew under the pointer says nothing until the pointer moves again.
    await expect(async () => {
      await page.mouse.move(2, 2);
      await map.hover({ position: { x: 100, y: 60 } });
      await expect(map.locator('.hoverlayer')).toContainText(name, { timeout: 2000 });
    }).toPass({ timeout: 30_000 });
    await nothingIsMarkup();
    await page.mouse.move(2, 2);
  }
  await page.getByRole('button', { name: /^Delete <b>/ }).click();
  await expect(page.getByText(`Deleted ${link}.`)).toBeVisible();
  await nothingIsMarkup();
});
