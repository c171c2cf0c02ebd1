import { readFileSync } from 'node:fs';
import { expect, test, type Download } from '@playwright/test';
import { BlobReader, TextWriter, ZipReader } from '@zip.js/zip.js';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

async function bytesOf(download: Download): Promise<Buffer> {
  return readFileSync((await download.path())!);
}

test('a report holds the texts, the figures as pictures with their numbers, and opens by itself', async ({
  page,
  context,
}) => {
  const board = await Board.open(page);
  const { steered } = await board.texts();
  await page.getByRole('button', { name: 'Export as…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('tab', { name: 'Report' }).click();
  await dialog.getByRole('textbox', { name: 'Title' }).fill('Happy <b>stories</b>');
  const figures = dialog.getByRole('checkbox');
  await expect(figures.first()).toBeVisible();
  const shown = await figures.count();
  expect(shown).toBeGreaterThan(1);
  await figures.first().uncheck();
  const [html] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save as one HTML file' }).click(),
  ]);
  expect(html.suggestedFilename()).toBe('Happy-b-stories-b-.html');

  // It is read where nothing else is: no site, no network.
  const reader = await context.newPage();
  const asked: string[] = [];
  reader.on('request', (request) => {
    if (!request.url().startsWith('data:')) asked.push(request.url());
  });
  await reader.setContent((await bytesOf(html)).toString('utf8'));
  await expect(reader.getByRole('heading', { level: 1 })).toHaveText('Happy <b>stories</b>');
  await expect(reader.locator('blockquote').last()).toHaveText(steered.filter((piece) => piece !== '<s>').join(''), {
    useInnerText: false,
  });
  const pictures = reader.locator('figure img');
  await expect(pictures).toHaveCount(shown - 1);
  for (const picture of await pictures.all())
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100);
  await expect(reader.locator('details table').first()).toBeAttached();
  expect(asked).toEqual([]);

  const [archive] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: /^Save as Markdown/ }).click(),
  ]);
  const zip = new ZipReader(new BlobReader(new Blob([new Uint8Array(await bytesOf(archive))])));
  const entries = await zip.getEntries();
  const names = entries.map(({ filename }) => filename);
  expect(names).toContain('report.md');
  expect(names.filter((name) => name.endsWith('.svg'))).toHaveLength(shown - 1);
  expect(names.filter((name) => name.endsWith('.steerboard-experiment.json'))).toHaveLength(1);
  const markdown = entries.find(({ filename }) => filename === 'report.md')!;
  const words = markdown.directory ? '' : await markdown.getData(new TextWriter());
  expect(words).toContain('# Happy \\<b\\>stories\\</b\\>');
});

test('a figure of another tab is put aside for the report', async ({ page }) => {
  await Board.open(page);
  await page.getByRole('tab', { name: 'Cosines' }).click();
  const lab = page.getByRole('region', { name: 'Direction lab' });
  const menu = lab.getByRole('button', { name: /^Save this plot/ }).first();
  await menu.focus();
  await menu.press('Enter');
  await page.getByRole('menuitem', { name: 'Add to the report' }).click();
  await page.getByRole('tab', { name: 'Plane', exact: true }).click();
  await page.getByRole('button', { name: 'Export as…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('tab', { name: 'Report' }).click();
  await expect(dialog.getByText(/\(put aside\)$/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Leave out' }).click();
  await expect(dialog.getByText(/\(put aside\)$/)).toBeHidden();
});
