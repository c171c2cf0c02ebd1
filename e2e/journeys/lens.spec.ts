import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

test('the logit lens: where steering parts the text, cell by cell with the keyboard, along the pinned token', async ({
  page,
}) => {
  const board = await Board.open(page);
  const measures = page.getByRole('region', { name: 'Measures' });
  await measures.getByRole('tab', { name: 'Logit lens' }).click();
  const grid = measures.getByRole('grid');
  await expect(grid).toBeVisible({ timeout: 60_000 });
  const { layers } = await board.shape();
  await expect(grid.getByRole('row')).toHaveCount(layers + 1);
  // The happy direction is added in the middle: below it nothing differs.
  const parting = measures.getByText(/^The two part at layer \d+: the first whose mean KL over these \d+ tokens/);
  await expect(parting).toBeVisible();
  const cell = measures.getByRole('status', { name: 'The cell that is looked at' });
  await grid.focus();
  await page.keyboard.press('Home');
  for (let layer = layers - 1; layer > 0; layer--) await page.keyboard.press('ArrowDown');
  await expect(cell).toContainText('layer 0,');
  await expect(cell).toContainText(/KL\(steered ‖ baseline\)0\.000 nats/);
  await expect(cell.getByRole('listitem')).toHaveCount(10);

  // At the last layer it is the model's own prediction: greedily written text is its likeliest token.
  await page.keyboard.press('ArrowRight');
  for (let layer = 0; layer < layers; layer++) await page.keyboard.press('ArrowUp');
  await expect(cell).toContainText(`layer ${layers - 1},`);
  await page.keyboard.press('Enter');
  const pinned = board.textList('Steered').locator('.token.pinned');
  await expect(pinned).toHaveCount(1);
  const position = Number(await pinned.getAttribute('data-position'));
  await expect(cell).toContainText(`token ${position}`);

  // A token that is pinned in the text is the one that is looked at.
  await board
    .tokens('Steered')
    .nth(position + 4)
    .click();
  await expect(cell).toContainText(`token ${position + 4}`);

  const saving = page.waitForEvent('download');
  await measures.getByRole('button', { name: 'Save this plot: Logit lens, difference' }).click();
  await page.getByRole('menuitem', { name: 'Data, JSON' }).click();
  const { rows } = JSON.parse(await readFile(await (await saving).path(), 'utf8')) as { rows: unknown[] };
  expect(rows).toHaveLength(layers * ((await grid.getByRole('columnheader').count()) - 1));

  // Without any steering there is nothing to part.
  await board.toggle('happy', false);
  await expect(measures.getByText(/^The two do not part/)).toBeVisible({ timeout: 60_000 });
  await board.choose('Model state', 'Baseline');
  await expect(grid).toHaveAccessibleName('Likeliest token by layer and token, baseline');
});

test('own sentences are scanned along a direction, line by line, and saved', async ({ page }) => {
  const board = await Board.open(page);
  const measures = page.getByRole('region', { name: 'Measures' });
  await measures.getByRole('tab', { name: 'Scan' }).click();
  await expect(measures.getByText(/^Type or paste a text above/)).toBeVisible();
  await measures.getByRole('button', { name: 'Example' }).click();
  await expect(measures.getByRole('img', { name: /^score along happy of \d+ tokens at \d+ layers$/ })).toBeVisible({
    timeout: 60_000,
  });
  await expect(measures.getByRole('list', { name: 'Highest tokens' }).getByRole('listitem')).toHaveCount(5);

  // The happy sentence is on the happy side of the sad one.
  await measures.getByRole('switch', { name: 'Line by line' }).press('Space');
  await board.choose('Quantity of the scan', 'Score');
  const lines = measures.getByRole('list', { name: 'Lines' }).getByRole('listitem');
  await expect(lines).toHaveCount(3);
  const mean = async (line: number) =>
    Number((await lines.nth(line).locator('.number').textContent())!.replace('−', '-'));
  expect(await mean(0)).toBeGreaterThan(await mean(1));
  await lines.nth(1).getByRole('button').click();
  await expect(measures.getByRole('group', { name: 'Scanned text, score along happy' })).toContainText('old dog');

  // A list is saved like a plot.
  const savingList = page.waitForEvent('download');
  await measures.getByRole('button', { name: /^Save this plot: Mean score along happy of each line/ }).click();
  await page.getByRole('menuitem', { name: 'Picture, SVG' }).click();
  expect((await savingList).suggestedFilename()).toBe('steerboard-lines-score-happy.svg');

  const saving = page.waitForEvent('download');
  await measures.getByRole('button', { name: 'Save as CSV' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('scan.csv');
  const chunks: Buffer[] = [];
  for await (const chunk of await saved.createReadStream()) chunks.push(chunk as Buffer);
  const [head, ...rows] = Buffer.concat(chunks).toString().trim().split(/\r?\n/);
  expect(head).toBe('text,position,token_id,token,special,layer,residual_norm,direction,projection,cosine,score');
  const { layers } = await board.shape();
  expect(rows.length % layers).toBe(0);
  expect(rows.length).toBeGreaterThan(20 * layers);

  // What was typed is there after a reload.
  await page.reload();
  await board.settled();
  await expect(measures.getByRole('textbox', { name: 'Text to scan' })).toHaveValue(/^Lily was so happy/);
  await expect(lines).toHaveCount(3);

  await measures.getByRole('button', { name: 'Take the steered text' }).click();
  await expect(measures.getByRole('textbox', { name: 'Text to scan' })).not.toHaveValue(/^Lily was so happy/);
});
