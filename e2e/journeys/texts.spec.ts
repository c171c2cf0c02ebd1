import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

const csv =
  '\uFEFFtext,label\r\n"The dog was huge, really big",large\r\nThe mouse was tiny,small\r\n' +
  'It was a giant house,large\r\n,small\r\n"He saw a ""little"" ant",small\r\nThe whale was enormous 🐋,large\r\nIt was so small,small\r\n';

async function openNew(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'New direction' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  return dialog;
}

/** Drops a file on the page, as from a file manager. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'journey-'));
  const file = join(folder, name);
  writeFileSync(file, text);
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 640, y: 500, data });
  }
  await session.detach();
}

test('a pasted table is looked at, becomes the texts, and its direction changes the text', async ({ page }) => {
  const board = await Board.open(page);
  await board.toggle('happy', false);
  const before = await board.texts();
  const dialog = await openNew(page);
  await dialog.getByRole('textbox', { name: 'Name' }).fill('size');
  await dialog.getByRole('button', { name: 'From a file or the clipboard' }).click();
  await dialog.getByRole('textbox', { name: /^Paste/ }).fill(csv);
  await expect(dialog.getByRole('combobox', { name: 'Read as' })).toHaveValue('table');
  await expect(dialog.getByText('3 + 3 texts', { exact: true })).toBeVisible();
  await expect(dialog.getByText('Left out, since the text is empty: line 5.')).toBeVisible();

  // Either label can be the positive side; the other changes over with it.
  await dialog.getByRole('combobox', { name: 'Label of the positive side' }).selectOption('large');
  await expect(dialog.getByRole('combobox', { name: 'Label of the negative side' })).toHaveValue('small');
  await expect(dialog.getByRole('list', { name: 'First texts of the positive side' }).getByRole('listitem')).toHaveText(
    ['The dog was huge, really big', 'It was a giant house', 'The whale was enormous 🐋'],
  );
  await dialog.getByRole('button', { name: 'Use 3 + 3 texts' }).click();
  await expect(dialog.getByRole('textbox', { name: /^Negative/ })).toHaveValue(
    'The mouse was tiny\nHe saw a "little" ant\nIt was so small',
  );

  // Going back and forth loses nothing.
  await dialog.getByRole('button', { name: 'Go back' }).click();
  await expect(dialog.getByRole('textbox', { name: /^Negative/ })).toHaveValue('');
  await dialog.getByRole('button', { name: 'Go back' }).click();
  await expect(dialog.getByRole('textbox', { name: /^Positive/ })).toHaveValue(/giant house/);

  // The tokens that are read are shown on the texts themselves.
  const read = dialog.getByRole('list', { name: 'Negative texts as tokens' }).locator('mark');
  await expect(read).toHaveText(['tiny', 'ant', 'small']);
  await dialog.getByRole('combobox', { name: 'Token that is read' }).selectOption('after');
  await dialog.getByRole('textbox', { name: 'Marker' }).fill('was');
  await expect(dialog.getByText(/^Line 2 of the negative texts: This text has no “was”/)).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Token that is read' }).selectOption('last');
  await dialog.getByRole('button', { name: 'Fit', exact: true }).click();
  await expect(board.direction('size')).toBeVisible();
  const after = await board.texts();
  expect(after.baseline).toEqual(before.baseline);
  expect(after.steered).not.toEqual(before.steered);
  await expect(page.getByRole('region', { name: 'Contrast texts' }).locator('mark').first()).toBeVisible();
});

test('a template makes pairs, and a method without texts needs none', async ({ page }) => {
  const board = await Board.open(page);
  await board.toggle('happy', false);
  const before = await board.texts();
  const dialog = await openNew(page);
  await dialog.getByRole('textbox', { name: 'Name' }).fill('big');
  await dialog.getByRole('button', { name: 'From a template' }).click();
  const template = dialog.getByRole('region', { name: 'Template' });
  await template.getByRole('textbox', { name: 'Sentence with slots' }).fill('{who} saw a {size} {thing');
  await expect(template.getByRole('alert')).toContainText('“{” at character 20 is not closed');
  await template.getByRole('textbox', { name: 'Sentence with slots' }).fill('{who} saw that the {thing} was {size}');
  await template.getByRole('combobox', { name: 'Slot that differs' }).selectOption('size');
  await template.getByRole('textbox', { name: '{who}' }).fill('Tom\nLily\nHer mom');
  await template.getByRole('textbox', { name: '{thing}' }).fill('dog\nhouse\ntree');
  await template.getByRole('textbox', { name: '{size} on the positive side' }).fill('big\nhuge');
  await template.getByRole('textbox', { name: '{size} on the negative side' }).fill('small');
  await expect(template.getByRole('alert')).toContainText('as many values on both sides: there are 2 and 1');
  await template.getByRole('textbox', { name: '{size} on the negative side' }).fill('small\ntiny');
  await template.getByRole('button', { name: 'Use 18 pairs' }).click();
  await expect(dialog.getByText('18 texts')).toHaveCount(2);
  await expect(dialog.getByRole('textbox', { name: /^Negative/ })).toHaveValue(/^Tom saw that the dog was small\n/);
  await dialog.getByRole('button', { name: 'Fit', exact: true }).click();
  await expect(board.direction('big')).toBeVisible();
  const after = await board.texts();
  expect(after.steered).not.toEqual(before.steered);

  const control = await openNew(page);
  await control.getByRole('textbox', { name: 'Name' }).fill('control');
  await control.getByRole('radiogroup', { name: 'Kind of contrast texts' }).getByText('Two lists').click();
  await control.getByRole('combobox', { name: 'Method' }).selectOption('pair-component');
  await expect(control.getByText(/“PCA of pair differences” works with pairs.*not with two lists/)).toBeVisible();
  await control.getByRole('combobox', { name: 'Method' }).selectOption('random');
  await expect(control.getByRole('textbox', { name: /^Positive/ })).toHaveCount(0);
  await control.getByRole('textbox', { name: 'Seed' }).fill('3');
  await control.getByRole('button', { name: 'Fit', exact: true }).click();
  await expect(board.direction('control')).toBeVisible();
  await board.settled();
});

test('dropped files: a broken one is refused in words and the draft stays, a sound one is shown first', async ({
  page,
}) => {
  await Board.open(page);
  const dialog = await openNew(page);
  await dialog.getByRole('textbox', { name: /^Positive/ }).fill('my own text');
  await drop(page, 'broken.json', '[["up", "down"],\n ["left" "right"]]');
  await expect(dialog.getByRole('alert')).toContainText('not JSON from line 2, character 10 on (“"right"]]”)');
  await expect(dialog.getByRole('button', { name: /^Use/ })).toBeDisabled();
  await drop(page, 'letter.csv', 'a\0b');
  await expect(dialog.getByRole('alert')).toContainText('letter.csv is not text in UTF-8');
  await expect(dialog.getByRole('textbox', { name: /^Positive/ })).toHaveValue('my own text');

  await dialog.getByRole('button', { name: 'Close' }).first().click();
  await expect(dialog).toBeHidden();
  // With the editor closed, texts in JSON open it, and so does a table.
  await drop(page, 'pairs.json', '[{"positive": "It was soft", "negative": "It was hard"}]');
  await expect(dialog.getByText('pairs.json')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Use 1 pair' })).toBeEnabled();
  await dialog.getByRole('button', { name: 'Close' }).first().click();
  await expect(dialog).toBeHidden();
  await drop(page, 'pairs.tsv', 'negative\tpositive\nIt was "cold"\tIt was warm\n');
  await expect(dialog.getByText('pairs.tsv')).toBeVisible();
  await expect(dialog.getByRole('textbox', { name: /^Positive/ })).toHaveValue('my own text');
  await dialog.getByRole('button', { name: 'Use 1 pair' }).click();
  await expect(dialog.getByRole('textbox', { name: /^Positive/ })).toHaveValue('It was warm');
  await page.reload();
  await expect(dialog.getByRole('textbox', { name: /^Negative/ })).toHaveValue('It was "cold"');
  await dialog.getByRole('button', { name: 'Go back' }).click();
  await expect(dialog.getByRole('textbox', { name: /^Positive/ })).toHaveValue('my own text');
});

test('sets that other tools ship are understood', async ({ page }) => {
  await Board.open(page);
  const dialog = await openNew(page);
  await dialog.getByRole('button', { name: 'From a file or the clipboard' }).click();
  const items = Array.from({ length: 1000 }, (_, index) => ({
    question: `Would you do ${index}?\n\nChoices:\n (A) Yes\n (B) No`,
    answer_matching_behavior: '(A)',
    answer_not_matching_behavior: '(B)',
  }));
  const buffer = Buffer.from(JSON.stringify(items));
  await dialog.getByLabel('File of texts').setInputFiles({ name: 'caa.json', mimeType: 'application/json', buffer });
  await expect(dialog.getByText(/read token −2/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Use 1000 pairs' }).click();
  await expect(dialog.getByText('1000 texts')).toHaveCount(2);
  await expect(dialog.getByText('and 950 more')).toHaveCount(2);
  await dialog.getByRole('combobox', { name: 'Token that is read' }).selectOption('token');
  await dialog.getByRole('textbox', { name: 'Token number' }).fill('-2');
  const read = dialog.getByRole('list', { name: 'Positive texts as tokens' }).locator('mark');
  await expect(read.first()).toHaveText('A');
});

test('a part of a text becomes a contrast text, by the keyboard and by the pointer', async ({ page }) => {
  const board = await Board.open(page);
  const list = board.textList('Baseline');
  await list.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  const picked = board.tokens('Baseline').and(page.locator('[aria-selected=true]'));
  await expect(picked).toHaveCount(3);
  const words = (await picked.allTextContents()).join('').trim();
  const menu = page.getByRole('toolbar', { name: 'Selected text' });
  await page.keyboard.press('Enter');
  await expect(menu.getByRole('button', { name: 'positive texts' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Added to the positive texts of a new direction.')).toBeVisible();
  await expect(menu).toBeHidden();
  await expect(list).toBeFocused();

  const last = board.tokens('Steered').last();
  const first = board.tokens('Steered').nth(3);
  const from = (await first.boundingBox())!;
  const to = (await last.boundingBox())!;
  await page.mouse.move(from.x + 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 });
  await page.mouse.up();
  await menu.getByRole('button', { name: 'negative texts' }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).last().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: /^Positive/ })).toHaveValue(words);
  await expect(dialog.getByRole('textbox', { name: /^Negative/ })).toHaveValue(/\S+ \S+.*/);
});
