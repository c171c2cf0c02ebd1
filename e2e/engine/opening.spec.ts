/** Opening models: folders, files that are broken or do not belong together, and devices. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, golden, noPlan, openHarness, test } from './fixtures.js';
import type { PlainFile } from './harness.js';

type FolderEntry = PlainFile | { readonly path: string; readonly from: string };

const tales = (...paths: readonly string[]): FolderEntry[] =>
  paths.map((path) => ({ path, from: `/models/tales/${path}` }));
const config = tales('config.json', 'generation_config.json');
const tokenizer = tales('tokenizer.json', 'tokenizer_config.json');
const graph = tales('onnx/model.onnx');

test.describe('files', () => {
  test.beforeEach(({ engine }) => {
    test.skip(engine.device !== 'wasm', 'the same code on every device');
  });

  const cases: readonly { name: string; files: FolderEntry[]; code: string; says: RegExp }[] = [
    { name: 'no config', files: [...tokenizer, ...graph], code: 'model-mismatch', says: /config\.json/ },
    { name: 'no tokenizer', files: [...config, ...graph], code: 'tokenizer-unusable', says: /tokenizer\.json/ },
    { name: 'no graph', files: [...config, ...tokenizer], code: 'file-unreadable', says: /model\.onnx/ },
    {
      name: 'a config that is not JSON',
      files: [{ path: 'config.json', bytes: '{"model_type":' }, ...tokenizer, ...graph],
      code: 'file-unreadable',
      says: /config\.json/,
    },
    {
      name: 'a foreign file as the graph',
      files: [...config, ...tokenizer, { path: 'onnx/model.onnx', bytes: 'This is a letter, not a model.' }],
      code: 'file-not-onnx',
      says: /ONNX/,
    },
    {
      name: 'a config of another model',
      files: [
        {
          path: 'config.json',
          bytes: JSON.stringify({ model_type: 'llama', hidden_size: 64, num_hidden_layers: 5, vocab_size: 4096 }),
        },
        ...tokenizer,
        ...graph,
      ],
      code: 'model-mismatch',
      says: /layers|width/,
    },
    {
      name: 'a tokenizer of another model',
      files: [...config, ...wordTokenizer(1000), ...graph],
      code: 'tokenizer-unusable',
      says: /1000.*4096/,
    },
  ];
  for (const { name, files, code, says } of cases) {
    test(`${name}: a clear message, and the old model goes on`, async ({ page }) => {
      const failure = await page.evaluate((files) => window.failure(window.engine.loadFolder('wasm', files)), files);
      expect(failure).toMatchObject({ name: 'SteerboardError', code });
      expect(failure.message).toMatch(says);
      const { rows } = await page.evaluate(
        ([prompt, plan]) => window.engine.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: 3 } }),
        [golden.prompts[0]!.text, noPlan] as const,
      );
      expect(rows['row']!.ids).toEqual(golden.prompts[0]!.greedy.ids.slice(0, 3));
    });
  }

  test('a truncated graph is refused', async ({ page }) => {
    const failure = await page.evaluate(
      async (files) => {
        const whole = new Uint8Array(await (await fetch('/models/tales/onnx/model.onnx')).arrayBuffer());
        const bytes = [...whole.subarray(0, 100_000)];
        return window.failure(window.engine.loadFolder('wasm', [...files, { path: 'onnx/model.onnx', bytes }]));
      },
      [...config, ...tokenizer],
    );
    expect(failure).toMatchObject({ name: 'SteerboardError', code: 'file-not-onnx' });
  });

  test('a folder with the bundled files writes the same text', async ({ page }) => {
    const ids = await page.evaluate(
      async ([files, prompt, plan]) => {
        const harness = new window.Harness();
        await harness.loadFolder('wasm', files, 'my-tales');
        const { rows } = await harness.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: 6 } });
        harness.stop();
        return rows['row']!.ids;
      },
      [[...config, ...tokenizer, ...graph], golden.prompts[0]!.text, noPlan] as const,
    );
    expect(ids).toEqual(golden.prompts[0]!.greedy.ids.slice(0, 6));
  });
});

test('a GPT-2 with fused operators gives its published greedy ids', async ({ page, engine }) => {
  const folder = new URL('../../../shared/data/models/tiny_random_gpt2_onnx/', import.meta.url);
  test.skip(!existsSync(folder), 'the fixture is not here');
  const read = (name: string) => readFileSync(new URL(name, folder));
  const { published_greedy: published } = JSON.parse(read('golden.json').toString()) as {
    published_greedy: { input_ids: number[]; output_ids: number[] }[];
  };
  // Its own tokenizer belongs to a larger vocabulary; one whose words are the ids says them plainly.
  const files: FolderEntry[] = [
    { path: 'genai_config.json', bytes: read('genai_config.json').toString() },
    ...wordTokenizer(1000),
  ];
  const onnx = read('past.onnx').toString('base64');
  const texts = await page.evaluate(
    async ([files, onnx, prompts, plan, device]) => {
      const harness = new window.Harness();
      const loaded = await harness.loadFolder(device, [...files, { path: 'past.onnx', base64: onnx }], 'gpt2');
      const texts: number[][] = [];
      for (const prompt of prompts) {
        const { rows } = await harness.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: 6 } });
        texts.push([...rows['row']!.promptIds, ...rows['row']!.ids]);
      }
      harness.stop();
      return { texts, layers: loaded.shape.layers, family: loaded.stamp.family };
    },
    [files, onnx, published.map((it) => it.input_ids.join(' ')), noPlan, engine.device] as const,
  );
  expect(texts).toMatchObject({ layers: 5, family: 'gpt2' });
  expect(texts.texts).toEqual(published.map((it) => it.output_ids));
});

test('a model that is being read can be cancelled, and the old one stays', async ({ page, engine }) => {
  const failure = await page.evaluate((device) => {
    const source = { kind: 'bundled', id: 'tales' } as const;
    const { remote } = window.engine;
    return window.failure(
      remote.loadModel({ task: 'load', source, device }, ({ label }) => {
        if (label.startsWith('Reading model')) void remote.cancel('load');
      }),
    );
  }, engine.device);
  expect(failure).toMatchObject({ name: 'SteerboardError', code: 'cancelled' });
  const { ids } = await page.evaluate(() => window.engine.remote.tokenize('Once'));
  expect(ids.length).toBeGreaterThan(1);
});

test.describe('devices', () => {
  test('WebGPU that is not there is said so, and auto takes WASM', async ({ page, engine }) => {
    test.skip(engine.device !== 'wasm', 'this browser has WebGPU');
    const failure = await page.evaluate(() => window.failure(window.engine.load('webgpu')));
    expect(failure).toMatchObject({ name: 'SteerboardError', code: 'device-unavailable' });
    const loaded = await page.evaluate(() => window.engine.load('auto'));
    expect(loaded.device).toBe('wasm');
    expect(loaded.deviceReason).toMatch(/WASM/);
  });

  test('auto times both devices and says which it took', async ({ browser, engine }, info) => {
    test.skip(engine.device !== 'webgpu', 'needs WebGPU');
    test.setTimeout(300_000);
    const page = await openHarness(await browser.newPage({ baseURL: info.project.use.baseURL! }));
    const loaded = await page.evaluate(() => window.engine.load('auto'));
    const { wasm, webgpu } = loaded.msPerToken;
    expect(wasm).toBeGreaterThan(0);
    expect(webgpu).toBeGreaterThan(0);
    expect(loaded.deviceReason).toMatch(/ms a token on WebGPU.*ms on WASM/);
    const compared = loaded.checks.find((check) => check.name === 'devices')!;
    expect(compared.tolerance).toBe(1e-3);
    // Software adapters read long prompts in pieces, which then is what WASM reads.
    expect(compared).toMatchObject({ outcome: 'passed' });
    expect(compared.difference).toBeLessThan(1e-3);
    expect(loaded.device).toBe(webgpu! < wasm! ? 'webgpu' : 'wasm');
    await page.close();
  });

  test('a GPU device that is lost in the middle is told, and WASM goes on in the same worker', async ({
    browser,
    engine,
  }, info) => {
    test.skip(engine.device !== 'webgpu', 'needs WebGPU');
    test.setTimeout(300_000);
    const page = await openHarness(await browser.newPage({ baseURL: info.project.use.baseURL! }));
    const { failure, notices, after, ids } = await page.evaluate(
      async ([prompt, plan]) => {
        const { engine } = window;
        await engine.listen();
        await engine.load('webgpu');
        const writing = engine.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: 100 } });
        await engine.remote.loseDevice();
        const failure = await window.failure(writing);
        const after = await window.failure(engine.write({ prompt, rows: { row: plan } }));
        await engine.load('wasm');
        const { rows } = await engine.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: 4 } });
        return { failure, notices: engine.notices, after, ids: rows['row']!.ids };
      },
      [golden.prompts[0]!.text, noPlan] as const,
    );
    expect(failure).toMatchObject({ name: 'SteerboardError', code: 'device-lost' });
    expect(after).toMatchObject({ code: 'device-lost' });
    expect(notices).toEqual(['device-lost: device-lost']);
    expect(ids).toEqual(golden.prompts[0]!.greedy.ids.slice(0, 4));
    await page.close();
  });
});

/** A tokenizer whose words are the ids themselves. */
function wordTokenizer(size: number): FolderEntry[] {
  const vocab = Object.fromEntries(Array.from({ length: size }, (_, id) => [String(id), id]));
  const json = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab, unk_token: '0' },
  };
  return [
    { path: 'tokenizer.json', bytes: JSON.stringify(json) },
    { path: 'tokenizer_config.json', bytes: JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast' }) },
  ];
}
