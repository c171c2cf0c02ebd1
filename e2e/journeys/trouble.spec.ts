import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Board } from './board.js';
import { Folders, smallModel, type ModelFiles } from './small-model.js';

test.describe.configure({ timeout: 240_000 });

/** The texts can still be changed and are written to their end. */
async function stillSteers(board: Board): Promise<void> {
  const before = await board.texts();
  const strength = await board.strengthNow('happy');
  await board.setStrength('happy', strength - 0.5);
  const after = await board.texts();
  expect(after.baseline).toEqual(before.baseline);
  expect(after.steered).not.toEqual(before.steered);
  await board.setStrength('happy', strength);
  expect(await board.texts()).toEqual(before);
}

test('an empty prompt and one beyond the context are answered in words', async ({ page }) => {
  const board = await Board.open(page);
  const { steered } = await board.texts();
  const prompt = await board.prompt.inputValue();
  await board.prompt.fill('');
  await expect(page.getByText(/The prompt is empty\. Write a few words/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Regenerate' })).toBeDisabled();
  await expect(board.prompt).toHaveAttribute('aria-invalid', 'true');
  // The last texts stay, but they are not those of what is set.
  await expect(board.verdict).toBeHidden();
  expect(await board.text('Steered')).toEqual(steered);

  await board.prompt.fill('The dog ran to the big red house. '.repeat(80));
  await expect(
    board.problem(/The prompt has \d+ tokens, and the model reads at most 512.*Shorten the prompt/),
  ).toBeVisible();
  expect((await board.text('Steered')).length).toBeGreaterThan(0);

  // Back at what is written: nothing is wrong any more, and nothing has to be written.
  await board.prompt.fill(prompt);
  await expect(board.problem(/./)).toHaveCount(0);
  expect((await board.texts()).steered).toEqual(steered);
});

test('a prompt that looks like HTML stays text', async ({ page }) => {
  const board = await Board.open(page);
  const prompt = '<img src=x onerror=alert(1)> & <b>Tom</b> said "hello';
  await board.prompt.fill(prompt);
  await expect(board.textCard('Baseline')).toContainText(prompt);
  await board.settled();
  await expect(board.textCard('Steered')).toContainText(prompt);
  await board.textList('Steered').focus();
  await board.textList('Steered').press('Home');
  for (let step = 0; step < 5; step++) await board.textList('Steered').press('ArrowRight');
  await expect(page.getByRole('tooltip')).toBeVisible();
  await expect(page.locator('img, [onerror]')).toHaveCount(0);
});

test('without WebGPU the device menu says so and WASM runs', async ({ page }) => {
  const board = await Board.open(page);
  await page.getByRole('button', { name: 'Device: WASM' }).click();
  const gpu = board.deviceChoice('WebGPU');
  await expect(gpu).toBeDisabled();
  await expect(gpu).toContainText(/no WebGPU|no graphics adapter/);
  await expect(board.deviceChoice('Auto')).toBeChecked();
  await expect(page.getByText(/^Running on WASM with .*: .*(no WebGPU|no graphics adapter)/)).toBeVisible();
  await board.deviceChoice('WASM').click();
  const { steered } = await board.texts();
  await page.getByRole('button', { name: 'Device: WASM' }).click();
  await expect(page.getByText(/^Running on WASM with .*, as you chose/)).toBeVisible();
  expect(steered.length).toBeGreaterThan(40);
});

test('folders that hold no model for this page are refused, and the bundled one stays', async ({ page }) => {
  const folders = new Folders();
  const board = await Board.open(page);
  const before = await board.texts();
  const changed = (change: (files: ModelFiles) => void): ModelFiles => {
    const files = smallModel();
    change(files);
    return files;
  };
  const config = (change: Record<string, unknown>) =>
    changed((files) => {
      const text = new TextDecoder().decode(files.get('config.json') as Uint8Array);
      files.set('config.json', JSON.stringify({ ...(JSON.parse(text) as object), ...change }));
    });
  const graph = smallModel().get('onnx/model.onnx') as Uint8Array;
  const refused: readonly (readonly [string, ModelFiles, RegExp])[] = [
    ['truncated', changed((files) => files.set('onnx/model.onnx', graph.subarray(0, graph.length / 2))), /ONNX/],
    ['foreign', changed((files) => files.set('onnx/model.onnx', readFileSync(join('public', 'favicon.svg')))), /ONNX/],
    ['no-graph', changed((files) => files.delete('onnx/model.onnx')), /no-graph has no ONNX file/],
    ['no-tokenizer', changed((files) => files.delete('tokenizer.json')), /no-tokenizer has no tokenizer\.json/],
    [
      'other-tokenizer',
      changed((files) =>
        files.set('tokenizer.json', readFileSync(join('public', 'models', 'tales', 'tokenizer.json'))),
      ),
      /The tokenizer has \d+ tokens, but the model knows 268/,
    ],
    ['broken-tokenizer', changed((files) => files.set('tokenizer.json', '{"version": "1.0", "model": ')), /tokenizer/],
    ['no-config', changed((files) => files.delete('config.json')), /no-config has no config\.json/],
    ['other-layers', config({ num_hidden_layers: 7 }), /7/],
    ['other-width', config({ hidden_size: 48 }), /48/],
    ['other-vocabulary', config({ vocab_size: 9000 }), /says 9000 tokens, but the graph predicts 268/],
  ];
  for (const [name, files, says] of refused) {
    await test.step(name, async () => {
      await page.getByLabel('Model folder').setInputFiles(folders.write(name, files));
      await expect(board.problem(says)).toBeVisible();
      await expect(page.getByRole('button', { name: 'Model: tales' })).toBeVisible();
      await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).first().click();
      await expect(board.problem(/./)).toHaveCount(0);
    });
  }
  folders.remove();
  expect(await board.texts()).toEqual(before);
  await stillSteers(board);
});

test('a worker that dies comes back, and texts and directions are kept', async ({ page }) => {
  const board = await Board.open(page);
  const before = await board.texts();
  await board.setStrength('happy', -0.4);
  const after = await board.texts();
  // The end of the worker that holds the model; threads of the runtime have other files.
  const worker = page.workers().find((candidate) => /\/main-[^/]*\.js/.test(candidate.url()));
  await worker!.evaluate(() => self.close()).catch(() => undefined);
  await expect(board.problem(/The model stopped working and is started again/)).toBeVisible();
  expect(await board.text('Baseline')).toEqual(before.baseline);
  expect(await board.texts()).toEqual(after);
  await stillSteers(board);
});

for (const [what, block] of [
  [
    'full',
    () => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('There is no room left.', 'QuotaExceededError');
      };
    },
  ],
  [
    'blocked',
    () => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('Storage is switched off.', 'SecurityError');
      };
    },
  ],
] as const) {
  test(`with storage that is ${what} the page says so and works`, async ({ page }) => {
    await page.addInitScript(block);
    const board = await Board.open(page);
    await expect(board.problem(/does not let the page save.*save the experiment as a file/)).toBeVisible();
    await stillSteers(board);
  });
}

test('a strength that breaks the text is called so, with advice', async ({ page }) => {
  const board = await Board.open(page);
  await expect(board.verdict).toBeVisible();
  await board.setLayers('happy', 0, 4);
  await board.strength('happy').press('End');
  await expect.poll(() => board.strengthNow('happy')).toBe(2);
  await board.settled();
  await expect(board.verdict).toHaveText(/^(strained|broken)$/);
  await expect(board.textCard('Steered').getByText(/Lower the strength/)).toBeVisible();
  await expect(board.textCard('Steered')).not.toContainText('NaN');
  await board.setStrength('happy', 0);
  const { baseline, steered } = await board.texts();
  expect(steered).toEqual(baseline);
  await expect(board.verdict).toHaveText('within range');
});

/** With it the page's own prompt is gone on with for more than 400 tokens. */
const longSeed = 12;

/** Begins new texts, long enough to be interrupted, when nothing else is on its way any more. */
async function beginWriting(board: Board): Promise<void> {
  const before = await board.text('Baseline');
  await board.setSampling({ Seed: 11, 'Longest text': 250 });
  await expect.poll(() => board.text('Baseline')).not.toEqual(before);
  await board.settled();
  // Drawn at random it might be one whose text ends before it is interrupted.
  await board.page.evaluate((seed) => {
    crypto.getRandomValues = <Numbers>(numbers: Numbers): Numbers =>
      Object.assign(numbers as object, { 0: seed }) as Numbers;
  }, longSeed);
  await board.page.getByRole('button', { name: 'New seed' }).click();
  await expect(board.page.getByRole('button', { name: 'Stop' })).toBeVisible();
}

test('a reload in the middle of a text: everything is there again and the text is written to its end', async ({
  page,
}) => {
  const board = await Board.open(page);
  await board.setStrength('happy', -0.3);
  await beginWriting(board);
  const sampling = (await page.getByRole('button', { name: 'Sampling', exact: true }).textContent())!;
  await page.reload();
  const first = await board.texts();
  await expect(page.getByRole('button', { name: 'Sampling', exact: true })).toHaveText(sampling);
  expect(await board.strengthNow('happy')).toBeCloseTo(-0.3, 6);
  await page.reload();
  expect(await board.texts()).toEqual(first);
});

test('Stop keeps what is written, and Regenerate writes it to its end', async ({ page }) => {
  const board = await Board.open(page);
  await beginWriting(board);
  await page.getByRole('button', { name: 'Stop' }).click();
  const regenerate = page.getByRole('button', { name: 'Regenerate' });
  await expect(regenerate).toBeEnabled();
  const stopped = await board.text('Baseline');
  expect(stopped.length).toBeGreaterThan(0);
  await regenerate.click();
  await board.settled();
  const whole = await board.text('Baseline');
  expect(whole.length).toBeGreaterThan(stopped.length);
  expect(whole.slice(0, stopped.length)).toEqual(stopped);
});
