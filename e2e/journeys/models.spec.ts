import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { folderFiles } from '../hub/repository.js';
import { HubServer, tokens } from '../hub/server.js';
import { Board } from './board.js';
import { ModelsPage } from './models-page.js';

test.describe.configure({ timeout: 240_000 });

const gpt2 = 'Xenova/gpt2';
const fixture = (name: string) => folderFiles(join('test', 'fixtures', 'models', name));
const json = (value: unknown) => () => Buffer.from(JSON.stringify(value));
const config = (model_type: string, architecture: string) =>
  json({ model_type, architectures: [architecture], hidden_size: 32, num_hidden_layers: 2 });

let hub: HubServer;
test.beforeEach(async () => {
  hub = await HubServer.start();
  // The hub of these tests has a small model under a name of the short list.
  hub.add(gpt2, fixture('gpt2-optimum'));
});
test.afterEach(() => hub.close());

test('a model of the short list is offered, downloaded, continued after a cancel and a reload, steered, and there without a network', async ({
  page,
}) => {
  const board = await Board.open(page);
  const models = new ModelsPage(page);
  await models.open();
  await models.useHub(hub.address);
  await models.dialog.getByRole('button', { name: /^GPT-2/ }).click();
  await expect(models.says(/gpt2 · 3 layers × 32/)).toBeVisible();
  await expect(models.says(/no chat template/)).toBeVisible();
  const fp32 = models.dialog.getByRole('radio', { name: /^fp32/ });
  await expect(fp32).toBeChecked();
  await expect(models.dialog.getByRole('radio', { name: /^WebGPU/ })).toBeDisabled();
  await expect(models.says(/onnx\/model\.onnx/)).toBeVisible();
  expect(hub.served('onnx/model.onnx')).toHaveLength(0);

  // It goes on in the background, while the model before is steered, and ends when it is told to.
  hub.misbehave('onnx/model.onnx', { kind: 'stall', after: 100_000 });
  await models.action.click();
  const card = models.dialog.getByRole('region', { name: `Opening ${gpt2}` });
  await expect(card.getByText(/onnx\/model\.onnx/)).toBeVisible();
  await expect(card.getByText(/100 kB|0\.1 MB/).first()).toBeVisible();
  await models.close();
  const before = await board.strengthNow('happy');
  await board.setStrength('happy', before - 0.5);
  await board.settled();
  await expect(models.loaded('tales')).toBeVisible();
  await page.getByRole('status').getByRole('button', { name: 'Details' }).click();
  await card.getByRole('button', { name: 'Cancel' }).click();
  await expect(models.says(/Cancelled: Xenova\/gpt2 was not opened.*arrived and are kept/)).toBeVisible();
  await expect(models.loaded('tales')).toBeVisible();

  await page.reload();
  await board.settled();
  hub.reset();
  await models.open();
  await models.tab(/Stored \(1\)/).click();
  await expect(models.says(/fp32, not whole/)).toBeVisible();
  await models.dialog.getByRole('button', { name: `Open ${gpt2}` }).click();
  await expect(models.says(/are here already/)).toBeVisible();
  await models.action.click();
  await expect(models.says(/Hooked as unhooked: (passed|skipped)/)).toBeVisible({ timeout: 60_000 });
  await expect(models.loaded(gpt2)).toBeVisible();
  expect(hub.served('onnx/model.onnx').map(({ range }) => range)).toEqual(['bytes=100000-']);
  await models.close();

  await board.settled();
  await board.setStrength('happy', 2);
  const { baseline, steered } = await board.texts();
  expect(steered).not.toEqual(baseline);

  // Without a hub: it is stored, and opens again by itself.
  await hub.close();
  await page.reload();
  await expect(models.loaded(gpt2)).toBeVisible({ timeout: 60_000 });
  expect(await board.texts()).toEqual({ baseline, steered });

  await models.open();
  await models.tab(/Stored/).click();
  await models.dialog.getByRole('button', { name: `Remove ${gpt2}` }).click();
  await models.dialog.getByRole('group').getByRole('button', { name: 'Remove' }).click();
  await expect(models.says(/No model is stored here yet/)).toBeVisible();
  await page.reload();
  await expect(page.getByText(/Xenova\/gpt2 is no longer stored in this browser/)).toBeVisible();
  await expect(models.loaded('tales')).toBeVisible();
  await board.settled();
});

test('what cannot be steered here is said before anything is downloaded', async ({ page }) => {
  const tiny = fixture('gpt2-optimum');
  const graph = tiny.get('onnx/model.onnx')!;
  const tokenizer = tiny.get('tokenizer.json')!;
  const graphAnd = (more: Record<string, () => Buffer>) =>
    new Map<string, () => Buffer>([['onnx/model.onnx', graph], ...Object.entries(more)]);
  const whole = (name: string, architecture: string) =>
    graphAnd({ 'config.json': config(name, architecture), 'tokenizer.json': tokenizer });
  hub.add('org/encoder', whole('bert', 'BertForMaskedLM'), { task: 'fill-mask' });
  hub.add('org/vision', whole('llava', 'LlavaForConditionalGeneration'));
  hub.add('org/no-tokenizer', graphAnd({ 'config.json': config('gpt2', 'GPT2LMHeadModel') }));
  hub.add('org/no-onnx', new Map([['model.safetensors', graph]]));
  hub.add('org/gated', tiny, { gated: true });
  const large = hub.add('org/large', tiny);
  const describeSmall = large.describe.bind(large);
  large.describe = (state) => {
    const told = describeSmall(state) as { siblings: { rfilename: string; size: number; lfs?: { size: number } }[] };
    for (const file of told.siblings) if (file.lfs) file.lfs.size = file.size = 70e9;
    return told;
  };

  await Board.open(page);
  const models = new ModelsPage(page);
  await models.open();
  await models.useHub(hub.address);
  const refused: readonly (readonly [string, RegExp])[] = [
    ['org/nothing', /org\/nothing/],
    ['not a model', /is not the name of a model/],
    ['org/encoder', /an encoder: it reads a text and writes none/],
    ['org/vision', /a model that sees images/],
    ['org/no-tokenizer', /has no tokenizer\.json/],
    ['org/no-onnx', /has only safetensors, and this page needs ONNX/],
    ['org/large', /Nothing of this model can run here/],
  ];
  for (const [id, says] of refused) {
    await test.step(id, async () => {
      await models.lookUp(id);
      await expect(models.dialog.getByRole('alert').getByText(says)).toBeVisible();
      await expect(models.action).toHaveCount(0);
      await models.back();
    });
  }
  await test.step('gated', async () => {
    await models.lookUp('org/gated');
    await expect(models.dialog.getByRole('alert')).toContainText(/token/);
    await models.dialog.getByRole('textbox', { name: /Access token/ }).fill(tokens.member);
    await models.dialog.getByRole('button', { name: 'Try again' }).click();
    await expect(models.action).toBeEnabled();
    await models.back();
  });
  expect(hub.served('onnx/model.onnx')).toHaveLength(0);
});

test('a download that goes wrong leaves the old model, and a link only names one', async ({ page }) => {
  const other = new Map(fixture('gpt2-optimum'));
  other.set('tokenizer.json', () => readFileSync(join('public', 'models', 'tales', 'tokenizer.json')));
  hub.add('org/other-tokenizer', other);
  const board = await Board.open(page);
  const before = await board.texts();
  const models = new ModelsPage(page);
  await models.open();
  await models.useHub(hub.address);

  await models.lookUp('org/other-tokenizer');
  await models.action.click();
  await expect(models.says(/The tokenizer has \d+ tokens, but the model knows \d+/)).toBeVisible({ timeout: 60_000 });
  await models.back();

  hub.misbehave('onnx/model.onnx', { kind: 'damaged' });
  await models.lookUp(gpt2);
  await models.action.click();
  await expect(models.says(/its bytes are not those that the hub announced/)).toBeVisible({ timeout: 60_000 });
  await models.close();
  await expect(models.loaded('tales')).toBeVisible();
  expect(await board.texts()).toEqual(before);
  await page.getByRole('alert').getByRole('button', { name: 'Try again…' }).click();
  await expect(models.action).toBeEnabled();

  hub.reset();
  await page.goto(`/?model=${encodeURIComponent('steerboard-tests/llama-optimum')}`);
  await expect(models.dialog).toBeVisible();
  await expect(models.says(/llama · \d layers × 32.*· chat template/)).toBeVisible();
  await expect(models.loaded('tales')).toBeAttached();
  expect(hub.served('onnx/model.onnx')).toHaveLength(0);
});
