import { expect, test, type Locator, type Page } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

/** The lab's tab about the model's weights. */
class WeightsTab {
  readonly lab: Locator;
  constructor(readonly page: Page) {
    this.lab = page.getByRole('region', { name: 'Direction lab' });
  }

  async open(): Promise<void> {
    await this.lab.getByRole('tab', { name: 'Weights' }).click();
    await expect(this.list('Tokens it promotes')).toBeVisible();
  }

  list(title: string | RegExp): Locator {
    return this.lab.getByRole('region', { name: title });
  }

  /** What each row says, the strongest first. */
  async rows(title: string | RegExp): Promise<readonly string[]> {
    return this.list(title).getByRole('listitem').locator('.weight-name').allTextContents();
  }
}

test('from a direction to the tokens and neurons along it, and to a neuron as a direction', async ({ page }) => {
  const board = await Board.open(page);
  const { baseline } = await board.texts();
  const tab = new WeightsTab(page);
  await tab.open();
  // Which they are is compared with the weights in e2e/engine/weights.spec.ts.
  await expect(tab.list('Tokens it promotes').getByRole('listitem')).toHaveCount(8);
  await expect(tab.list('Tokens it suppresses').getByRole('listitem')).toHaveCount(8);
  const writing = tab.list(/^Neurons of block \d+ that write it$/);
  await expect(writing.getByRole('listitem')).toHaveCount(8);
  await expect(tab.list(/^Neurons of block \d+ that read it$/).getByRole('listitem')).toHaveCount(8);

  // Without the gain other tokens are ahead, and the line below says so.
  const promoted = await tab.rows('Tokens it promotes');
  await tab.lab.getByRole('switch', { name: 'Through the norms’ gain' }).press('Space');
  await expect(tab.lab.getByText('without the gain of the final norm')).toBeVisible();
  await expect.poll(() => tab.rows('Tokens it promotes')).not.toEqual(promoted);

  await board.toggle('happy', false);
  const use = writing.getByRole('button', { name: /^Use neuron \d+ of block \d+ as direction$/ }).first();
  const [, neuron, block] = /neuron (\d+) of block (\d+)/.exec((await use.getAttribute('aria-label')) ?? '')!;
  await use.press('Enter');
  const name = `neuron ${block}.${neuron} writes`;
  await expect(board.direction(name)).toBeVisible();
  await expect(board.textCard('Steered')).toContainText(`@${block}`);
  await board.setStrength(name, 1.5);
  const steered = await board.texts();
  expect(steered.baseline).toEqual(baseline);
  expect(steered.steered).not.toEqual(baseline);

  // It is kept over a reload, and what it is made of too.
  await page.reload();
  await board.settled();
  await expect(board.direction(name)).toBeVisible();
  expect((await board.texts()).steered).toEqual(steered.steered);
});

test('a token as a direction at the layer that is looked at', async ({ page }) => {
  const board = await Board.open(page);
  await board.toggle('happy', false);
  const tab = new WeightsTab(page);
  await tab.open();
  await tab.lab.getByRole('combobox', { name: 'Layer of the lab' }).selectOption('2');
  await expect(tab.list('Neurons of block 3 that read it')).toBeVisible();
  const first = tab.list('Tokens it promotes').getByRole('listitem').first();
  const piece = (await first.locator('.weight-name').textContent())!.replaceAll('␣', '').trim();
  await first.getByRole('button', { name: /as direction$/ }).click();
  await expect(board.direction(`token ${piece}`)).toBeVisible();
  await expect(board.textCard('Steered')).toContainText('@2');
  await board.settled();
  // Along its own direction in the unembedding a token is the first.
  await expect.poll(async () => (await tab.rows('Tokens it promotes'))[0]?.replaceAll('␣', '').trim()).toBe(piece);
});

test('a dictionary is imported, listed and removed, and a wrong file says what is wrong', async ({ page }) => {
  const board = await Board.open(page);
  const { width } = await board.shape();
  const tab = new WeightsTab(page);
  await tab.open();
  const choose = async (name: string, buffer: Buffer) => {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      tab.lab.getByRole('button', { name: 'Import a dictionary' }).click(),
    ]);
    await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer });
  };
  await choose('other.safetensors', safetensors(12, 7));
  await expect(board.problem(/\[12, 7\].*residual stream is \d+ wide/)).toBeVisible();
  await choose('broken.npz', Buffer.from('PK, and then nothing'));
  await expect(board.problem(/cannot be imported as a dictionary/)).toBeVisible();

  await choose('layer3.safetensors', safetensors(40, width));
  const features = tab.list('Features of layer3');
  await expect(features.getByRole('listitem')).toHaveCount(8);
  await features
    .getByRole('button', { name: /^Use feature \d+ of layer3 as direction$/ })
    .first()
    .click();
  await expect(board.direction('happy')).toBeVisible();
  await expect(page.getByRole('region', { name: /^Direction feature \d+$/ })).toBeVisible();
  await board.settled();

  // It is there the next time.
  await page.reload();
  await board.settled();
  await tab.open();
  await tab.lab.getByRole('combobox', { name: 'Dictionary' }).selectOption('layer3');
  await expect(tab.lab.getByText(`40 features of ${width}`)).toBeVisible();
  await tab.lab.getByRole('button', { name: 'Remove dictionary layer3' }).click();
  await expect(tab.lab.getByRole('combobox', { name: 'Dictionary' })).toBeHidden();
  await expect(features).toBeHidden();
});

test('the editor offers the imported dictionaries by name, and takes in another', async ({ page }) => {
  const board = await Board.open(page);
  const { width } = await board.shape();
  await page.getByRole('button', { name: 'New direction' }).click();
  const editor = page.getByRole('dialog');
  await editor.getByLabel('Method').selectOption('Feature of a dictionary');
  const choice = editor.getByRole('combobox', { name: 'Dictionary' });
  await expect(choice).toHaveValue('');
  const take = async (name: string, buffer: Buffer) => {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      editor.getByRole('button', { name: 'Import a dictionary' }).click(),
    ]);
    await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer });
  };
  await take('other.safetensors', safetensors(12, 7));
  await expect(editor.getByRole('alert')).toContainText('residual stream is');
  await take('layer3.safetensors', safetensors(40, width));
  await expect(choice).toHaveValue('layer3');
  await expect(editor.getByRole('alert')).toBeHidden();
  await editor.getByLabel('Name', { exact: true }).fill('row 5');
  await editor.getByLabel('Feature', { exact: true }).fill('5');
  await editor.getByRole('button', { name: 'Fit', exact: true }).click();
  await expect(board.direction('row 5')).toBeVisible();
});

/** A file with `features` rows of `width` values that differ. */
function safetensors(features: number, width: number): Buffer {
  const data = Float32Array.from({ length: features * width }, (_, at) => Math.sin(at * 1.7 + Math.floor(at / width)));
  const entry = { dtype: 'F32', shape: [features, width], data_offsets: [0, data.byteLength] };
  const header = Buffer.from(JSON.stringify({ W_dec: entry }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.from(data.buffer)]);
}
