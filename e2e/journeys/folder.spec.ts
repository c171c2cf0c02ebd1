import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { convertLlama2c } from '../../scripts/convert-llama2c.mjs';
import { Board } from './board.js';
import { Folders, smallModel, type ModelFiles } from './small-model.js';

test.describe.configure({ timeout: 240_000 });

const shared = join('..', 'shared', 'data', 'models');
const stories = join(shared, 'stories260K');
const gpt2 = join(shared, 'tiny_random_gpt2_onnx');
/** Models whose texts their authors published lie beside the repository where they are at hand. */
const withoutShared = 'the models whose texts were published are not beside the repository';

let folders: Folders;
test.beforeEach(() => {
  folders = new Folders();
});
test.afterEach(() => folders.remove());

/** What a text says without its special tokens. */
const words = (tokens: readonly string[]): string => tokens.filter((token) => !/^<\/?s>$/.test(token)).join('');

test('a model from a folder opens, is steered, and gives way to the bundled one again', async ({ page }) => {
  const board = await Board.open(page);
  const tales = await board.texts();
  const start = await board.strengthNow('happy');
  const prompt = await board.prompt.inputValue();
  await page.getByLabel('Model folder').setInputFiles(folders.write('tiny', smallModel()));
  await expect(page.getByRole('button', { name: 'Model: tiny' })).toContainText('3 layers · width 32');
  await board.settled();
  // The direction was fitted on it from its own texts; the fit on the bundled model is kept beside it.
  await expect(board.strength('happy')).toBeVisible();
  await expect(
    page.getByRole('region', { name: 'Separation by layer' }).getByRole('button', { name: /^Layer/ }),
  ).toHaveCount(3);

  await board.prompt.fill('abba cab');
  await board.setSampling({ 'Longest text': 24 });
  await board.setStrength('happy', 1.5);
  const tiny = await board.texts();
  expect(words(tiny.baseline).startsWith('abba cab')).toBe(true);
  expect(tiny.steered).not.toEqual(tiny.baseline);
  await board.setStrength('happy', 0);
  expect((await board.texts()).steered).toEqual(tiny.baseline);

  await page.getByRole('button', { name: 'Model: tiny' }).click();
  await page.getByRole('menuitem', { name: /tales/ }).click();
  await expect(page.getByRole('button', { name: 'Model: tales' })).toBeVisible();
  await board.prompt.fill(prompt);
  await board.setSampling({ 'Longest text': 96 });
  await board.setStrength('happy', start);
  await expect.poll(async () => board.text('Steered'), { timeout: 30_000 }).toEqual(tales.steered);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Model: tales' })).toBeVisible();
  await board.settled();
});

test('after a reload the page says which folder to open again', async ({ page }) => {
  const board = await Board.open(page);
  await page.getByLabel('Model folder').setInputFiles(folders.write('tiny', smallModel()));
  await expect(page.getByRole('button', { name: 'Model: tiny' })).toBeVisible();
  await board.settled();
  await page.reload();
  const note = page.getByText(/^tiny came from a folder, which has to be opened again/);
  await expect(note).toBeVisible();
  await expect(page.getByRole('button', { name: 'Model: tales' })).toBeVisible();
  await board.settled();
  // It stays until the folder is opened.
  await page.getByRole('button', { name: 'Choose the model…' }).click();
  await expect(page.getByRole('dialog', { name: 'Models' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(note).toBeVisible();
  await page.getByLabel('Model folder').setInputFiles(folders.write('tiny', smallModel()));
  await expect(page.getByRole('button', { name: 'Model: tiny' })).toBeVisible();
  await expect(note).toBeHidden();
  await board.settled();
});

test('stories260K writes the text that its author published', async ({ page }) => {
  test.skip(!existsSync(stories), withoutShared);
  const files = convertLlama2c(
    readFileSync(join(stories, 'stories260K.bin')),
    readFileSync(join(stories, 'tok512.bin')),
  );
  const golden = JSON.parse(readFileSync(join(stories, 'golden.json'), 'utf8')) as {
    published: { greedy_text_200_steps: string };
    greedy: { ids: number[] };
    tokenization: { text: string; ids: number[] }[];
  };
  const published = golden.published.greedy_text_200_steps;
  const board = await Board.open(page);
  await page.getByLabel('Model folder').setInputFiles(folders.write('stories260K', new Map(files)));
  await expect(page.getByRole('button', { name: 'Model: stories260K' })).toContainText('5 layers · width 64');
  await board.settled();
  // The published text began from nothing; a beginning of it as the prompt has to go on in the same way.
  const beginning = 'Once upon a time';
  const { ids } = golden.tokenization.find(({ text }) => text === beginning)!;
  expect(golden.greedy.ids.slice(0, ids.length)).toEqual(ids);
  await board.prompt.fill(beginning);
  await board.setSampling({ Temperature: 0, 'Longest text': 201 - ids.length });
  await expect
    .poll(async () => words(await board.text('Baseline')), { timeout: 60_000 })
    .toContain(published.slice(-20));
  const { baseline, steered } = await board.texts();
  expect(words(baseline).slice(0, published.length)).toBe(published);
  expect(words(steered)).not.toBe(words(baseline));
  await board.toggle('happy', false);
  expect(words((await board.texts()).steered)).toBe(words(baseline));
});

/** One word for each of its 1000 ids, since the tokenizer beside the model belongs to a larger vocabulary. */
function gpt2Files(): ModelFiles {
  const vocab = Object.fromEntries(Array.from({ length: 1000 }, (_, id) => [`w${id}`, id]));
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
    model: {
      type: 'WordPiece',
      unk_token: 'w999',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
  const config = { model_type: 'gpt2', n_layer: 5, n_embd: 32, n_head: 4, n_positions: 512, vocab_size: 1000 };
  return new Map<string, Uint8Array | string>([
    ['config.json', JSON.stringify(config)],
    ['tokenizer.json', JSON.stringify(tokenizer)],
    ['tokenizer_config.json', JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast', unk_token: 'w999' })],
    ['onnx/model.onnx', readFileSync(join(gpt2, 'past.onnx'))],
  ]);
}

test('a GPT-2 with fused operators is hooked and writes the ids that were published for it', async ({ page }) => {
  test.skip(!existsSync(gpt2), withoutShared);
  const golden = JSON.parse(readFileSync(join(gpt2, 'golden.json'), 'utf8')) as {
    published_greedy: { input_ids: number[]; output_ids: number[] }[];
  };
  const board = await Board.open(page);
  await page.getByLabel('Model folder').setInputFiles(folders.write('gpt2', gpt2Files()));
  await expect(page.getByRole('button', { name: 'Model: gpt2' })).toContainText('5 layers · width 32');
  await page.getByRole('button', { name: 'Model: gpt2' }).click();
  await expect(page.getByText('5 layers, fused norms')).toBeVisible();
  await page.keyboard.press('Escape');
  // The menu gives the focus back when it is gone.
  await expect(page.getByText('5 layers, fused norms')).toBeHidden();
  await board.toggle('happy', false);
  await board.setSampling({ Temperature: 0, 'Longest text': 6 });
  const asWords = (ids: readonly number[]): string => ids.map((id) => `w${id}`).join(' ');
  for (const { input_ids: input, output_ids: output } of golden.published_greedy) {
    await board.prompt.fill(asWords(input));
    for (const row of ['Baseline', 'Steered'] as const) {
      await expect.poll(async () => (await board.text(row)).join('').trim()).toBe(asWords(output));
    }
  }
});
