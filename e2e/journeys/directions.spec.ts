import { expect, test, type Locator, type Page } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

const big = ['The dog was big', 'It was a huge house', 'He saw a giant tree', 'The cake was enormous'];
const small = ['The dog was little', 'It was a tiny house', 'He saw a small tree', 'The cake was very small'];

class Editor {
  readonly dialog: Locator;
  constructor(readonly page: Page) {
    this.dialog = page.getByRole('dialog');
  }

  async openNew(): Promise<void> {
    await this.page.getByRole('button', { name: 'New direction' }).click();
    await expect(this.dialog).toBeVisible();
  }

  field(label: string | RegExp): Locator {
    return this.dialog.getByRole('textbox', { name: label });
  }

  get fit(): Locator {
    return this.dialog.getByRole('button', { name: /^Fit/ });
  }

  async write(positive: string, negative: string): Promise<void> {
    await this.field(/^Positive/).fill(positive);
    await this.field(/^Negative/).fill(negative);
  }

  async kind(label: string): Promise<void> {
    await this.dialog
      .getByRole('radiogroup', { name: 'Kind of contrast texts' })
      .getByText(label, { exact: true })
      .click();
  }
}

test('own contrast texts become directions: pairs, two lists, two prompts', async ({ page }) => {
  const board = await Board.open(page);
  const editor = new Editor(page);
  const { baseline } = await board.texts();
  await board.toggle('happy', false);

  await editor.openNew();
  await editor.field('Name').fill('big');
  await editor.field('Opposite').fill('small');
  await editor.write(big.join('\n'), small.join('\n'));
  await expect(editor.dialog.getByText('4 texts')).toHaveCount(2);
  await editor.fit.click();
  await expect(board.direction('big')).toBeVisible();
  await expect(editor.dialog).toBeHidden();
  const pairs = await board.texts();
  expect(pairs.baseline).toEqual(baseline);
  expect(pairs.steered).not.toEqual(baseline);
  const contrast = page.getByRole('region', { name: 'Contrast texts' });
  await expect(contrast.getByRole('list', { name: 'Positive' }).getByRole('listitem')).toHaveText(big);

  // Every layer says how it separates texts that were held out; a click steers there.
  const layers = page.getByRole('region', { name: 'Separation by layer' });
  const bars = layers.getByRole('button', { name: /^Layer \d+: AUC [01]\.\d\d, effect size/ });
  await expect(bars).toHaveCount((await board.shape()).layers);
  await bars.nth(2).click();
  await expect(bars.nth(2)).toHaveAttribute('aria-pressed', 'true');
  await expect(board.textCard('Steered')).toContainText('big @2');
  await board.settled();
  await bars.nth(4).click();
  await expect(board.textCard('Steered')).toContainText('big @4');
  await board.settled();
  const best = layers.getByRole('button', { name: /best: \d/ });
  const bestLayer = /\d+$/.exec((await best.textContent()) ?? '')![0];
  if (await best.isEnabled()) await best.click();
  await expect(board.textCard('Steered')).toContainText(`big @${bestLayer}`);
  await expect(bars.nth(Number(bestLayer))).toHaveAttribute('aria-pressed', 'true');

  await editor.openNew();
  await editor.field('Name').fill('loud');
  await editor.kind('Two lists');
  await editor.write(
    'The dog barked loudly\nThey all shouted\nThe bell rang very loud',
    'The cat slept\nIt was a quiet night',
  );
  await editor.fit.click();
  await expect(board.direction('loud')).toBeVisible();
  await expect(contrast).toContainText('3 + 2');

  await editor.openNew();
  await editor.field('Name').fill('rain');
  await editor.kind('Two prompts');
  await editor.write('It was raining and the clouds were dark and wet', 'The sun was shining and the sky was blue');
  await editor.fit.click();
  await expect(board.direction('rain')).toBeVisible();
  await expect(layers).toContainText('Too few texts to hold any out');
  await board.settled();
  await expect(board.textCard('Steered')).toContainText('big');
  await expect(board.textCard('Steered')).toContainText('loud');
  await expect(board.textCard('Steered')).toContainText('rain');
});

test('two directions together, a new name, and a deletion that can be taken back', async ({ page }) => {
  const board = await Board.open(page);
  const editor = new Editor(page);
  const happy = await board.texts();
  await editor.openNew();
  await editor.field('Name').fill('big');
  await editor.write(big.join('\n'), small.join('\n'));
  await editor.fit.click();
  await expect(board.direction('big')).toBeVisible();
  const both = await board.texts();
  expect(both.baseline).toEqual(happy.baseline);
  expect(both.steered).not.toEqual(happy.steered);
  await board.toggle('happy', false);
  const bigAlone = await board.texts();
  expect(bigAlone.steered).not.toEqual(both.steered);
  await board.toggle('happy', true);
  expect(await board.texts()).toEqual(both);

  await page.getByRole('textbox', { name: 'Name of big' }).fill('large');
  await expect(board.direction('large')).toBeVisible();
  await expect(board.textCard('Steered')).toContainText('large');
  expect(await board.texts()).toEqual(both);

  // The message that offers it goes after a while; the step stays.
  const remove = board.direction('large').getByRole('button', { name: 'Delete large' });
  await remove.click();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(board.direction('large')).toBeVisible();
  await remove.click();
  await expect(board.direction('large')).toBeHidden();
  expect(await board.texts()).toEqual(happy);
  await page.getByRole('button', { name: 'Undo deleting large' }).click();
  await expect(board.direction('large')).toBeVisible();
  expect(await board.texts()).toEqual(both);

  // Nothing is lost on the way: what is on the board is there after a reload and writes the same.
  await page.reload();
  await expect(board.direction('large')).toBeVisible();
  await expect(board.direction('happy')).toBeVisible();
  expect(await board.texts()).toEqual(both);
});

test('the editor says what is missing and keeps what was typed', async ({ page }) => {
  const board = await Board.open(page);
  const editor = new Editor(page);
  await editor.openNew();
  await editor.field('Name').fill('odd');
  await editor.write('Only one side', '');
  await expect(editor.dialog.getByText('Both sides need at least one text.')).toBeVisible();
  await expect(editor.fit).toBeDisabled();

  await editor.write('One\nTwo\nThree', 'One alone');
  await expect(editor.dialog.getByText(/as many texts on both sides: there are 3 and 1/)).toBeVisible();
  await expect(editor.fit).toBeDisabled();

  await editor.write('The very same\nAnd again', 'The very same\nAnd again');
  await editor.fit.click();
  await expect(editor.dialog.getByRole('alert')).toContainText(/no difference between the two sides/);
  await expect(editor.field(/^Positive/)).toHaveValue('The very same\nAnd again');
  await expect(editor.field('Name')).toHaveValue('odd');

  // Closed or reloaded, the texts wait; and they can still become a direction.
  await editor.dialog.getByRole('button', { name: 'Close' }).click();
  await expect(editor.dialog).toBeHidden();
  await editor.openNew();
  await expect(editor.field(/^Negative/)).toHaveValue('The very same\nAnd again');
  await editor.field(/^Negative/).fill('Something else\nAnd never again');
  await expect(editor.dialog.getByRole('alert')).toHaveCount(0);
  await editor.fit.click();
  await expect(board.direction('odd')).toBeVisible();
  await board.settled();
});
