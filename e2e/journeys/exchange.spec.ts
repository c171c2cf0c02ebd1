import { readFileSync } from 'node:fs';
import { expect, test, type Download, type Locator, type Page } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

interface Document {
  directions: {
    name: string;
    layers: { layer: number; vector: string; scale: number; residualNorm: number }[];
    plan: { strength: number; layers: { from: number; to: number } };
  }[];
}

async function downloaded(page: Page, click: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const download: Promise<Download> = page.waitForEvent('download');
  await click();
  const file = await download;
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

async function wholeBoard(page: Page): Promise<Document> {
  const { bytes } = await downloaded(page, () => page.getByRole('button', { name: 'Export', exact: true }).click());
  return JSON.parse(bytes.toString('utf8')) as Document;
}

function floats(vector: string): number[] {
  const bytes = Buffer.from(vector, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
}

/** The tensors of a GGUF file, read by hand as its specification says. */
function tensorsOf(bytes: Buffer): Map<string, number[]> {
  let at = 24;
  const u64 = (): number => Number(bytes.readBigUInt64LE((at += 8) - 8));
  const u32 = (): number => bytes.readUInt32LE((at += 4) - 4);
  const text = (): string => {
    const length = u64();
    return bytes.toString('utf8', at, (at += length));
  };
  const keys = Array.from({ length: Number(bytes.readBigUInt64LE(16)) }, () => [text(), u32() === 8 ? text() : u32()]);
  expect(keys[0]).toEqual(['general.architecture', 'controlvector']);
  const infos = Array.from({ length: Number(bytes.readBigUInt64LE(8)) }, () => {
    const name = text();
    expect(u32()).toBe(1);
    const length = u64();
    expect(u32()).toBe(0);
    return { name, length, offset: u64() };
  });
  const start = Math.ceil(at / 32) * 32;
  return new Map(
    infos.map(({ name, length, offset }) => [
      name,
      Array.from({ length }, (_, index) => bytes.readFloatLE(start + offset + 4 * index)),
    ]),
  );
}

function dialogOf(page: Page): Locator {
  return page.getByRole('dialog', { name: 'Export', exact: true });
}

test('a control vector of the first direction, from an empty profile', async ({ page }) => {
  const board = await Board.open(page);
  await board.setStrength('happy', 0.8);
  await board.setLayers('happy', 2, 3);
  const [direction] = (await wholeBoard(page)).directions;
  await page.getByRole('button', { name: 'Export happy' }).click();
  const dialog = dialogOf(page);
  await expect(dialog.getByLabel('Directions')).toHaveValue(/.+/);
  await dialog.getByRole('radio', { name: /GGUF/ }).check();
  const limits = dialog.getByRole('region', { name: 'What the file does not say' });
  await expect(limits).toContainText('BOS');
  await expect(limits).not.toContainText('layer 0');

  const applied = await downloaded(page, () => dialog.getByRole('button', { name: 'Download' }).click());
  expect(applied.name).toBe('happy.gguf');
  const tensors = tensorsOf(applied.bytes);
  expect([...tensors.keys()]).toEqual(['direction.2', 'direction.3']);
  for (const [name, values] of tensors) {
    const it = direction!.layers[Number(name.slice('direction.'.length))]!;
    const vector = floats(it.vector).map((value) => Math.fround(value * (0.8 * it.residualNorm)));
    expect(values).toEqual(vector);
  }

  await dialog.getByText('Natural magnitude', { exact: true }).click();
  await expect(limits).toContainText('layer 0 is left out');
  const natural = await downloaded(page, () => dialog.getByRole('button', { name: 'Download' }).click());
  expect([...tensorsOf(natural.bytes).keys()]).toEqual([1, 2, 3, 4, 5, 6, 7].map((layer) => `direction.${layer}`));

  // What was exported comes in again, and adds what it added.
  await page.keyboard.press('Escape');
  // A dialog gives the focus back when it is gone, and keys go where the focus is.
  await expect(dialog).toBeHidden();
  await page.getByLabel('File to import').setInputFiles({ name: 'joy.gguf', mimeType: '', buffer: applied.bytes });
  await expect(page.getByText('Imported joy.')).toBeVisible();
  await board.toggle('happy', false);
  const again = (await wholeBoard(page)).directions.find(({ name }) => name === 'joy')!;
  expect(again.plan.layers).toEqual({ from: 2, to: 3 });
  expect(again.layers.map(({ layer }) => layer)).toEqual([2, 3]);
});

test('a .svec comes in, measured on the model that is open', async ({ page }) => {
  const board = await Board.open(page);
  const before = await board.texts();
  const { directions } = await wholeBoard(page);
  const [happy] = directions;
  const { width, layers } = await board.shape();
  const svec = (vector: readonly number[], layer = 3): string =>
    JSON.stringify({ model_type: 'llama', directions: { [layer]: vector }, explained_variances: { [layer]: 1 } });
  const { vector, residualNorm } = happy!.layers[3]!;
  const strong = floats(vector).map((value) => -value * residualNorm);
  const take = (text: string): Promise<void> =>
    page.getByLabel('File to import').setInputFiles({ name: 'gloom.svec', mimeType: '', buffer: Buffer.from(text) });

  for (const [text, says] of [
    [svec([1, 2, 3]), `have 3 values; tales has width ${width}`],
    [svec(strong, layers), `layer ${layers}; tales has layers 0 to ${layers - 1}`],
    [svec(strong.map(() => 0)), 'layer 3 is all zeros'],
  ] as const) {
    await take(text);
    await expect(board.problem(new RegExp(says))).toBeVisible();
    await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
  }
  expect(await board.texts()).toEqual(before);

  await take(svec(strong));
  await expect(page.getByText('Imported gloom.')).toBeVisible();
  await expect(page.getByText(/adds these vectors to what the block reads/)).toBeVisible();
  await expect(board.direction('gloom')).toBeVisible();
  const { steered, baseline } = await board.texts();
  expect(baseline).toEqual(before.baseline);
  expect(steered).not.toEqual(before.steered);
  const found = (await wholeBoard(page)).directions.find(({ name }) => name === 'gloom')!;
  // Raw coefficient × unit vector is the file's vector again, in a unit that was measured here.
  const [site] = found.layers;
  expect(site!.residualNorm / residualNorm).toBeGreaterThan(0.5);
  expect(site!.residualNorm / residualNorm).toBeLessThan(2);
  const raw = found.plan.strength * site!.residualNorm;
  floats(site!.vector).forEach((value, at) => expect(value * raw).toBeCloseTo(strong[at]!, 3));
});

test('code for Transformers is copied, and selected where the clipboard is refused', async ({
  page,
  context,
  baseURL,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: baseURL! });
  const board = await Board.open(page);
  await board.prompt.fill('He said: "no" \\ \'yes\'');
  await board.settled();
  await page.getByRole('button', { name: 'Export as…' }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole('tab', { name: 'Copy as code' }).click();
  await expect(dialog.getByLabel('For')).toHaveValue('transformers');
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(dialog.getByText('The code is on the clipboard.')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('MODEL = "tales"');
  expect(copied).toContain(String.raw`PROMPT = "He said: \"no\" \\ 'yes'"`);
  expect(copied).toContain('load_file("steerboard.safetensors")');
  const vectors = await downloaded(page, () => dialog.getByRole('button', { name: 'Download the vectors' }).click());
  expect(vectors.name).toBe('steerboard.safetensors');
  const header = JSON.parse(vectors.bytes.toString('utf8', 8, 8 + Number(vectors.bytes.readBigUInt64LE(0)))) as object;
  for (const [, name] of copied.matchAll(/"vector": "([^"]+)"/g)) expect(Object.keys(header)).toContain(name);

  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'));
  });
  await dialog.getByLabel('For').selectOption('llama.cpp');
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(dialog.getByText(/did not let the page copy/)).toBeVisible();
  expect(await page.evaluate(() => window.getSelection()?.toString())).toContain('--control-vector');
});
