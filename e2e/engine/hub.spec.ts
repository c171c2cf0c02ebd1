/** Models of a hub, from a server with the hub's layout and every bad manner; what is stored is in the browser's private files. */
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { HubServer, tokens, type Manner } from '../hub/server.js';
import type { InspectRequest, ModelOffer, Progress } from '../../src/protocol/api.js';
import { golden, noPlan, openHarness } from './fixtures.js';

const id = 'steerboard-tests/tales';
const graph = 'onnx/model.onnx';
/** Its weights are in two files beside the graph. */
const external = 'steerboard-tests/granite-optimum';
const prompt = golden.prompts[0]!.text;
const expected = golden.prompts[0]!.greedy.ids.slice(0, 6);

const test = base.extend<object, { server: HubServer }>({
  server: [
    async ({}, use) => {
      const server = await HubServer.start();
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
});

// Some tests start several workers.
test.describe.configure({ timeout: 120_000 });

test.beforeEach(({ server }, info) => {
  test.skip(info.project.name !== 'engine-wasm', 'the same code on every device');
  server.reset();
});

const source = (server: HubServer, more: { id?: string; revision?: string } = {}) =>
  ({ kind: 'hub', id, revision: 'main', host: server.address, ...more }) as const;
type HubSource = ReturnType<typeof source>;

interface Loading {
  readonly source: HubSource;
  readonly token?: string;
  /** Cancel once so many bytes of the graph are here. */
  readonly cancelAt?: number;
}

/** Loads in the page and writes a few tokens; what went wrong comes as its code and message. */
async function load(page: Page, loading: Loading) {
  return page.evaluate(
    async ({ loading, graph, prompt, plan }) => {
      const { remote } = window.engine;
      const told: Progress[] = [];
      const { source, token, cancelAt = Infinity } = loading;
      const request = { task: 'load', source, device: 'wasm' as const, ...(token ? { token } : {}) };
      try {
        const loaded = await remote.loadModel(request, (progress) => {
          told.push(progress);
          const graphBytes = progress.files?.find(({ path }) => path === graph)?.done ?? 0;
          Object.assign(window, { graphBytes });
          if (graphBytes >= cancelAt) void remote.cancel('load');
        });
        const { rows } = await window.engine.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: 6 } });
        return { ids: rows['row']!.ids, stamp: loaded.stamp, told, error: null };
      } catch (error) {
        const { code, message, fields } = error as { code: string; message: string; fields: Record<string, unknown> };
        return { ids: [], stamp: null, told, error: { code, message, fields } };
      }
    },
    { loading, graph, prompt, plan: noPlan },
  );
}

const inspect = (page: Page, source: InspectRequest['source'], token?: string): Promise<ModelOffer> =>
  page.evaluate(
    ({ source, token }) => window.engine.remote.inspectModel({ task: 'inspect', source, ...(token ? { token } : {}) }),
    { source, token },
  );

const stored = (page: Page) => page.evaluate(() => window.engine.remote.storedModels());

/** A browser with nothing stored. */
async function fresh(context: BrowserContext): Promise<Page> {
  return openHarness(await context.newPage());
}

test('an offer names files, bytes, commit, device and dtype before any weights are asked for', async ({
  context,
  server,
}) => {
  const page = await fresh(context);
  const offer = await inspect(page, source(server));
  const { commit, files } = server.repository(id).head;
  expect(offer).toMatchObject({
    source: { kind: 'hub', id, revision: commit, host: server.address },
    commit,
    family: 'llama',
    layers: 8,
    width: 192,
    context: 512,
    licence: 'mit',
    chat: false,
    refusal: null,
    choice: { device: 'wasm', dtype: 'fp32' },
  });
  const [variant] = offer.variants;
  const size = (path: string) => files.get(path)!.size;
  const needed = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', graph];
  expect(variant!.files.map(({ path, bytes, bytesHere }) => [path, bytes, bytesHere])).toEqual(
    needed.map((path) => [path, size(path), 0]),
  );
  expect(variant!.bytes).toBe(needed.reduce((sum, path) => sum + size(path), 0));
  expect(variant!.devices.wasm).toMatchObject({ usable: true, reason: null });
  expect(variant!.devices.wasm.memory).toBeGreaterThan(2 * size(graph));
  expect(variant!.devices.webgpu.usable).toBe(false);
  expect(offer.storageFree).toBeGreaterThan(0);
  expect(server.requests.some(({ path }) => path === graph)).toBe(false);
  expect(await stored(page)).toEqual([]);
  // The same is said of the same files from elsewhere.
  const bundled = await inspect(page, { kind: 'bundled', id: 'tales' });
  expect(bundled.variants[0]).toMatchObject({ dtype: 'fp32', bytes: variant!.bytes, bytesHere: variant!.bytes });
  const folder = await page.evaluate(async (paths) => {
    const files = paths.map(async (path) => ({
      path,
      file: new File([await (await fetch(`/models/tales/${path}`)).blob()], path),
    }));
    const source = { kind: 'folder' as const, name: 'my-tales', files: await Promise.all(files) };
    return window.engine.remote.inspectModel({ task: 'inspect', source });
  }, needed);
  expect(folder).toMatchObject({
    source: { kind: 'folder', name: 'my-tales' },
    family: 'llama',
    layers: 8,
    refusal: null,
  });
  expect([folder.variants[0], folder.choice]).toEqual([bundled.variants[0], offer.choice]);
  await page.close();
});

test('a model is downloaded, writes its text, and is there the next time without a network until it is removed', async ({
  context,
  server,
}) => {
  const page = await fresh(context);
  const first = await load(page, { source: source(server) });
  expect(first.error).toBeNull();
  expect(first.ids).toEqual(expected);
  const { commit } = server.repository(id).head;
  expect(first.stamp).toMatchObject({ id, revision: commit, dtype: 'fp32' });
  const download = first.told.filter(({ files }) => files?.some(({ path }) => path === graph));
  expect(download.at(-1)).toMatchObject({ done: download.at(-1)!.total });
  expect(download.at(-1)!.files!.find(({ path }) => path === graph)).toMatchObject({ kept: 0 });
  await page.close();

  server.misbehave('api', { kind: 'unreachable' });
  server.requests.length = 0;
  const again = await fresh(context);
  const offer = await inspect(again, source(server));
  expect(offer.variants[0]!.bytesHere).toBe(offer.variants[0]!.bytes);
  expect(offer.notes!.join()).toMatch(/cannot be reached/);
  const offline = await load(again, { source: source(server) });
  expect(offline.ids).toEqual(expected);
  expect(new Set(server.requests.map(({ path }) => path))).toEqual(new Set(['api']));

  const [model, ...others] = await stored(again);
  expect(others).toEqual([]);
  expect(model).toMatchObject({ host: server.address, id, commit, dtypes: ['fp32'], partial: [] });
  expect(model!.bytes).toBe(offer.variants[0]!.bytes);
  await again.evaluate((it) => window.engine.remote.removeStoredModel(it), model!);
  expect(await stored(again)).toEqual([]);
  await again.close();
});

test('weights in files beside the graph come along, and the text is that of the same files opened directly', async ({
  context,
  server,
}) => {
  const paths = [...server.repository(external).head.files.keys()];
  expect(paths).toContain('onnx/model.onnx_data_1');
  const page = await fresh(context);
  const fromHub = await load(page, { source: source(server, { id: external }) });
  expect(fromHub.error).toBeNull();
  const direct = await page.evaluate(
    async ({ paths, prompt, plan, from }) => {
      await window.engine.loadFolder(
        'wasm',
        paths.map((path) => ({ path, from: `${from}/${path}` })),
      );
      const { rows } = await window.engine.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: 6 } });
      return rows['row']!.ids;
    },
    { paths, prompt, plan: noPlan, from: `/test/fixtures/models/${external.split('/')[1]!}` },
  );
  expect(fromHub.ids).toEqual(direct);
  expect(direct).toHaveLength(6);
  await page.close();
});

test('a cancelled download goes on where it stopped after a reload', async ({ context, server }) => {
  const page = await fresh(context);
  server.misbehave(graph, { kind: 'stall', after: 5_000_000 });
  const cancelled = await load(page, { source: source(server), cancelAt: 5_000_000 });
  expect(cancelled.error).toMatchObject({ code: 'cancelled' });
  const [model] = await stored(page);
  expect(model).toMatchObject({ dtypes: [], partial: ['fp32'] });
  await page.close();

  server.reset();
  const again = await fresh(context);
  const offer = await inspect(again, source(server));
  expect(offer.variants[0]!.files.find(({ path }) => path === graph)!.bytesHere).toBe(5_000_000);
  const whole = await load(again, { source: source(server) });
  expect(whole.ids).toEqual(expected);
  expect(server.served(graph).map(({ range }) => range)).toEqual(['bytes=5000000-']);
  const last = whole.told.filter(({ files }) => files?.some(({ path }) => path === graph)).at(-1)!;
  expect(last.files!.find(({ path }) => path === graph)).toMatchObject({ kept: 5_000_000 });
  await again.close();
});

test('what breaks or is wrong ends in a clear message or the right text, and what was loaded stays', async ({
  context,
  server,
}) => {
  const page = await fresh(context);
  await page.evaluate(() => window.engine.load('wasm'));
  const other = Buffer.from(server.repository(id).head.files.get(graph)!.read()).reverse();
  const bad: readonly { manner: Manner; path?: string; times?: number; code: string | null; says?: RegExp }[] = [
    { manner: { kind: 'damaged' }, code: 'hub-changed', says: /model\.onnx was thrown away/ },
    { manner: { kind: 'changed', bytes: other }, code: 'hub-changed', says: /not those that the hub announced/ },
    { manner: { kind: 'length', bytes: 1_000_000 }, code: 'hub-changed', says: /1000000 bytes instead of/ },
    { manner: { kind: 'status', status: 403, errorCode: 'GatedRepo' }, code: 'hub-refused', says: /licence.*token/ },
    {
      manner: { kind: 'status', status: 404, errorCode: 'EntryNotFound' },
      code: 'hub-not-found',
      says: /not there any more/,
    },
    { manner: { kind: 'status', status: 429, retryAfter: '600' }, code: 'hub-busy', says: /600 seconds/ },
    {
      manner: { kind: 'status', status: 404, errorCode: 'RevisionNotFound' },
      path: 'api',
      code: 'hub-not-found',
      says: /revision/,
    },
    { manner: { kind: 'cut', after: 4_000_000 }, times: 1, code: null },
  ];
  for (const { manner, path = graph, times, code, says } of bad) {
    server.reset();
    server.misbehave(path, manner, times === undefined ? {} : { times });
    const outcome = await load(page, { source: source(server) });
    expect(outcome.error?.code ?? null, JSON.stringify(manner).slice(0, 60)).toBe(code);
    if (says) expect(outcome.error!.message).toMatch(says);
    if (code === null) expect(outcome.ids).toEqual(expected);
    const { rows } = await page.evaluate(
      ([prompt, plan]) => window.engine.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: 3 } }),
      [prompt, noPlan] as const,
    );
    expect(rows['row']!.ids).toEqual(expected.slice(0, 3));
  }
  await page.close();
});

test('a gated model says what to do; a token opens it, goes to the hub alone, and is not stored', async ({
  context,
  server,
}) => {
  const gated = 'steerboard-tests/gated';
  const files = server.repository(id).head.files;
  server.add(gated, new Map([...files].map(([path, content]) => [path, () => content.read()])), { gated: true });
  const page = await fresh(context);
  const refused = await page.evaluate(
    (source) => window.failure(window.engine.remote.inspectModel({ task: 'inspect', source })),
    source(server, { id: gated }),
  );
  expect(refused).toMatchObject({ code: 'hub-refused', fields: { status: 401, reason: 'GatedRepo' } });
  expect(refused.message).toContain(`${server.address}/${gated}`);
  const { ids, error } = await load(page, { source: source(server, { id: gated }), token: tokens.member });
  expect(error).toBeNull();
  expect(ids).toEqual(expected);
  const sent = server.requests.filter(({ authorization }) => authorization !== null);
  expect(new Set(sent.map(({ server }) => server))).toEqual(new Set(['hub']));
  expect(server.served(graph).length).toBe(1);
  const written = await page.evaluate(async () => {
    const texts: string[] = [];
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      for await (const handle of (folder as unknown as { values(): AsyncIterable<FileSystemHandle> }).values()) {
        if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle);
        else if (handle.name === 'manifest.json')
          texts.push(await (await (handle as FileSystemFileHandle).getFile()).text());
      }
    };
    await walk(await navigator.storage.getDirectory());
    return texts;
  });
  expect(written).toHaveLength(1);
  expect(written.join()).not.toContain(tokens.member);
  await page.close();
});

test('two tabs that want the same model download it once', async ({ context, server }) => {
  const [one, two] = [await fresh(context), await fresh(context)];
  server.misbehave(graph, { kind: 'stall', after: 3_000_000 }, { times: 1 });
  const first = load(one, { source: source(server) });
  await expect.poll(() => server.served(graph).length).toBe(1);
  await two.evaluate(
    ({ source }) => {
      const labels: string[] = [];
      const loading = window.engine.remote.loadModel({ task: 'two', source, device: 'wasm' }, ({ label }) =>
        labels.push(label),
      );
      Object.assign(window, { labels, loading });
    },
    { source: source(server) },
  );
  await two.waitForFunction(() =>
    (window as unknown as { labels: string[] }).labels.some((label) => /Another tab/.test(label)),
  );
  // The first one's connection breaks when all that came is here: it goes on, and the second finds everything there.
  await one.waitForFunction(() => (window as unknown as { graphBytes: number }).graphBytes === 3_000_000);
  server.breakConnections();
  expect((await first).ids).toEqual(expected);
  await two.evaluate(() => (window as unknown as { loading: Promise<unknown> }).loading);
  expect(server.served(graph).map(({ range }) => range)).toEqual([null, 'bytes=3000000-']);
  await one.close();
  await two.close();
});

test.describe('what an earlier page stored', () => {
  /** Writes a model's files as version 1 of the storage has them, without any of our code. */
  async function storeByHand(page: Page, server: HubServer, version: number): Promise<void> {
    const { commit, files } = server.repository(id).head;
    const paths = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', graph];
    const manifest = {
      version,
      host: server.address,
      revisions: { main: 1_700_000_000_000 },
      used: 1_700_000_000_000,
      listing: {
        id,
        commit,
        licence: 'mit',
        gated: false,
        task: 'text-generation',
        files: paths.map((path) => ({ path, bytes: files.get(path)!.size, sha256: null, blob: null })),
      },
      files: Object.fromEntries(paths.map((path) => [path, { whole: true, etag: null }])),
    };
    const folder = ['steerboard-models', encodeURIComponent(server.address), encodeURIComponent(id), commit];
    await page.evaluate(
      async ({ folder, manifest, paths }) => {
        let at = await navigator.storage.getDirectory();
        for (const name of folder) at = await at.getDirectoryHandle(name, { create: true });
        const write = async (to: FileSystemDirectoryHandle, name: string, content: BlobPart) => {
          const writable = await (await to.getFileHandle(name, { create: true })).createWritable();
          await writable.write(content as ArrayBuffer);
          await writable.close();
        };
        await write(at, 'manifest.json', JSON.stringify(manifest));
        const files = await at.getDirectoryHandle('files', { create: true });
        for (const path of paths) {
          await write(files, encodeURIComponent(path), await (await fetch(`/models/tales/${path}`)).arrayBuffer());
        }
      },
      { folder, manifest, paths },
    );
  }

  test('files and a manifest of version 1 are found and opened without a network', async ({ context, server }) => {
    const page = await fresh(context);
    await storeByHand(page, server, 1);
    server.misbehave('api', { kind: 'unreachable' });
    expect(await stored(page)).toMatchObject([{ id, dtypes: ['fp32'], partial: [], used: 1_700_000_000_000 }]);
    const { ids } = await load(page, { source: source(server) });
    expect(ids).toEqual(expected);
    expect(server.requests.every(({ path }) => path === 'api')).toBe(true);
    await page.close();
  });

  test('files of a newer version are left alone and said to be newer', async ({ context, server }) => {
    const page = await fresh(context);
    await storeByHand(page, server, 99);
    const { error } = await load(page, { source: source(server) });
    expect(error).toMatchObject({ code: 'document-newer', fields: { version: 99, known: 1 } });
    const [model] = await stored(page);
    expect(model).toMatchObject({ id, dtypes: [], partial: [] });
    expect(model!.bytes).toBeGreaterThan(15_000_000);
    await page.close();
  });
});

test('a storage that is full is said so, and what arrived is used once there is room', async ({ context, server }) => {
  const page = await fresh(context);
  const devtools = await context.newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 4_000_000 });
  const { error } = await load(page, { source: source(server) });
  expect(error).toMatchObject({ code: 'storage-full', fields: { path: graph } });
  expect(error!.message).toMatch(/full.*needs 11 MB more.*kept/);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  const { ids } = await load(page, { source: source(server) });
  expect(ids).toEqual(expected);
  expect(server.served(graph).map(({ range }) => range)).toEqual([null, `bytes=${String(error!.fields['bytes'])}-`]);
  await page.close();
});

test('models of another kind are refused with what they are, before anything large is read', async ({
  context,
  server,
}) => {
  const text = (value: unknown) => () => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const tokenizer = ['tokenizer.json', text('{}')] as const;
  const onnx = [graph, text('graph')] as const;
  const kinds: readonly { name: string; files: [string, () => Buffer][]; task?: string; code: string; says: RegExp }[] =
    [
      {
        name: 'encoder',
        files: [
          ['config.json', text({ model_type: 'bert', architectures: ['BertForMaskedLM'] })],
          [...tokenizer],
          [...onnx],
        ],
        task: 'fill-mask',
        code: 'model-unsupported',
        says: /is an encoder.*BertForMaskedLM/,
      },
      {
        name: 'translator',
        files: [
          ['config.json', text({ model_type: 't5', is_encoder_decoder: true })],
          [...tokenizer],
          ['onnx/encoder_model.onnx', text('graph')],
          ['onnx/decoder_model_merged.onnx', text('graph')],
        ],
        code: 'model-unsupported',
        says: /is an encoder-decoder/,
      },
      {
        name: 'vision',
        files: [
          ['config.json', text({ model_type: 'idefics3', vision_config: {} })],
          [...tokenizer],
          ['onnx/decoder_model_merged.onnx', text('graph')],
        ],
        code: 'model-unsupported',
        says: /sees images/,
      },
      {
        name: 'torch',
        files: [['config.json', text({ model_type: 'llama' })], [...tokenizer], ['model.safetensors', text('weights')]],
        code: 'model-unsupported',
        says: /only safetensors.*onnx-community\/torch/,
      },
      {
        name: 'mute',
        files: [['config.json', text({ model_type: 'llama' })], [...onnx]],
        code: 'tokenizer-unusable',
        says: /no tokenizer\.json/,
      },
    ];
  const page = await fresh(context);
  for (const { name, files, task, code, says } of kinds) {
    server.add(`steerboard-tests/${name}`, new Map(files), task ? { task } : {});
    const offer = await inspect(page, source(server, { id: `steerboard-tests/${name}` }));
    expect(offer.refusal).toMatchObject({ code });
    expect(offer.refusal!.message).toMatch(says);
    expect(offer.choice).toBeNull();
  }
  await page.close();
});
