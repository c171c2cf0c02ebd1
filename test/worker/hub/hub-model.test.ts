/** Downloads from a real server with real bad manners; what is stored is in memory, and waits are short. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { HubServer, tokens, type Manner } from '../../../e2e/hub/server.js';
import { SteerboardError } from '../../../src/core/errors.js';
import type { Progress } from '../../../src/protocol/api.js';
import { HubModel, type HubModelOptions } from '../../../src/worker/hub/hub-model.js';
import { MemoryStorage } from '../../../src/worker/hub/memory-storage.js';
import { usualPatience } from '../../../src/worker/hub/patience.js';
import { modelStorage } from '../../../src/worker/hub/storage.js';
import { removeStoredModel, storedModels } from '../../../src/worker/hub/stored.js';

const id = 'steerboard-tests/made';
const graph = 'onnx/model.onnx';
const patience = { ...usualPatience, stall: 300, firstPause: 1, longestPause: 2_000, beat: 5 };

/** Bytes that look like weights: no two parts are alike. */
function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

const weights = noise(700_000, 1);
const others = noise(700_000, 2);
const config = Buffer.from(JSON.stringify({ model_type: 'llama' }));
const files = (model: Buffer) =>
  new Map([
    ['config.json', () => config],
    [graph, () => model],
    [`${graph}_data`, () => noise(50_000, 3)],
  ]);

let server: HubServer;
let storage: MemoryStorage;
beforeAll(async () => {
  server = await HubServer.start();
  server.add(id, files(weights));
});
beforeEach(() => {
  storage = new MemoryStorage();
});
afterEach(() => server.reset());
afterAll(() => server.close());

const find = (more: Partial<HubModelOptions> & { revision?: string; id?: string } = {}) =>
  HubModel.find(
    { host: server.address, id: more.id ?? id, revision: more.revision ?? 'main' },
    { storage, patience, ...more },
  );
const read = async (path = graph, onProgress?: (done: number) => void) => (await find()).read(path, onProgress);
const failure = async (call: Promise<unknown>) =>
  call.then(
    () => Promise.reject(new Error('The call did not fail.')),
    (error: unknown) => error as { code: string; message: string; fields: Record<string, unknown> },
  );
/** Comparing buffers with `toEqual` takes seconds. */
const same = (a: Uint8Array | null, b: Buffer) => a !== null && b.equals(a);
const content = (path = graph) => server.served(path);

test('a file is downloaded once, whole, and read from the storage afterwards', async () => {
  expect(same(await read(), weights)).toBe(true);
  expect(content()).toHaveLength(1);
  expect(same(await read(), weights)).toBe(true);
  expect(content()).toHaveLength(1);
});

test('progress names every file, counts all bytes, and says what was kept', async () => {
  const model = await find();
  const told: Progress[] = [];
  await model.bring(['config.json', graph, `${graph}_data`], (progress) => told.push(progress));
  const last = told.at(-1)!;
  expect(last.files!.map(({ path, done, kept }) => [path, done, kept])).toEqual([
    ['config.json', config.length, 0],
    [graph, 700_000, 0],
    [`${graph}_data`, 50_000, 0],
  ]);
  expect([last.done, last.total]).toEqual([config.length + 750_000, config.length + 750_000]);
  const steps = told.map((progress) => progress.done);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
});

describe('a connection that breaks', () => {
  const breaks: readonly { readonly name: string; readonly manner: Manner }[] = [
    { name: 'is cut off in the middle', manner: { kind: 'cut', after: 200_000 } },
    { name: 'stalls in the middle', manner: { kind: 'stall', after: 200_000 } },
  ];
  for (const { name, manner } of breaks) {
    test(`${name}: the rest is asked for`, async () => {
      server.misbehave(graph, manner, { times: 2 });
      expect(same(await read(), weights)).toBe(true);
      expect(content().map(({ range }) => range)).toEqual([null, 'bytes=200000-', 'bytes=400000-']);
    });

    test(`${name} every time without a byte: it ends, and the next try goes on where it stopped`, async () => {
      server.misbehave(graph, manner, { times: 1 });
      server.misbehave(graph, { ...manner, after: 0 } as Manner);
      const error = await failure(read());
      expect(error).toMatchObject({ code: 'hub-unreachable', fields: { path: graph, bytes: 200_000 } });
      expect(error.message).toMatch(/kept/);
      server.reset();
      const kept: number[] = [];
      await (await find()).bring([graph], ({ files }) => kept.push(files![0]!.kept));
      expect(kept.at(-1)).toBe(200_000);
      expect(content().map(({ range }) => range)).toEqual(['bytes=200000-']);
      expect(same(await read(), weights)).toBe(true);
    });
  }

  test('a server without ranges sends everything again, and nothing is mixed', async () => {
    server.misbehave(graph, { kind: 'cut', after: 200_000 }, { times: 1 });
    server.misbehave(graph, { kind: 'no-ranges' });
    expect(same(await read(), weights)).toBe(true);
  });
});

test('cancelling keeps what arrived, and ends a wait for bytes at once', async () => {
  server.misbehave(graph, { kind: 'stall', after: 300_000 });
  const slow = { ...patience, stall: 60_000 };
  const model = await find({ patience: slow });
  const cancelled = new Error('cancelled by the user');
  let here = 0;
  const error = await failure(
    model.bring([graph], ({ done }) => {
      if (done === here && done >= 300_000) throw cancelled;
      here = done;
    }),
  );
  expect(error).toBe(cancelled);
  server.reset();
  expect(same(await read(), weights)).toBe(true);
  expect(content().map(({ range }) => range)).toEqual(['bytes=300000-']);
});

describe('a file that is not the announced one', () => {
  const wrong: readonly { readonly name: string; readonly manner: Manner }[] = [
    { name: 'wrong bytes', manner: { kind: 'damaged' } },
    { name: 'too short', manner: { kind: 'length', bytes: 699_000 } },
    { name: 'too long', manner: { kind: 'length', bytes: 701_000 } },
    { name: 'other content of the same length', manner: { kind: 'changed', bytes: others } },
    { name: 'other content of another length', manner: { kind: 'changed', bytes: others.subarray(0, 1000) } },
  ];
  for (const { name, manner } of wrong) {
    test(`${name}: refused and thrown away; when the hub is right again, the model opens`, async () => {
      server.misbehave(graph, manner);
      expect(await failure(read())).toMatchObject({ code: 'hub-changed', fields: { path: graph } });
      expect((await (await find()).bytesHere()).has(graph)).toBe(false);
      server.reset();
      expect(same(await read(), weights)).toBe(true);
    });
  }

  test('one that is too short is told by its length, without fetching it again and again', async () => {
    server.misbehave(graph, { kind: 'length', bytes: 699_000 });
    expect((await failure(read())).message).toMatch(/699000 bytes instead of the 700000/);
    expect(content().map(({ range }) => range)).toEqual([null, 'bytes=699000-']);
  });

  test('damaged small files are noticed by their Git name', async () => {
    server.misbehave('config.json', { kind: 'damaged' });
    expect(await failure(read('config.json'))).toMatchObject({ code: 'hub-changed' });
    expect(await failure((await find()).peek('config.json'))).toMatchObject({ code: 'hub-changed' });
  });

  test('a file that changed between two connections begins anew, and never holds both', async () => {
    // The first half comes from other content, then the connection breaks, and the hub is right again.
    server.add('steerboard-tests/swapped', files(weights));
    const model = await find({ id: 'steerboard-tests/swapped' });
    const folder = storage.folder({ host: server.address, id: 'steerboard-tests/swapped', commit: model.commit });
    const half = await folder.open(graph);
    half.append(others.subarray(0, 350_000));
    half.close();
    expect(same(await model.read(graph), weights)).toBe(true);
    expect(content().map(({ range }) => range)).toEqual(['bytes=350000-', null]);
  });

  test('another ETag while continuing restarts the file at once', async () => {
    server.misbehave(graph, { kind: 'cut', after: 200_000 }, { times: 1 });
    server.misbehave(graph, { kind: 'changed', bytes: others }, { times: 1 });
    expect(same(await read(), weights)).toBe(true);
    expect(content().map(({ range }) => range)).toEqual([null, 'bytes=200000-', null]);
  });
});

describe('a large text that is compressed on its way', () => {
  // Large enough to be kept elsewhere, as large tokenizers are.
  const text = Buffer.from(JSON.stringify(Array.from({ length: 900_000 }, (_, i) => `token ${i % 977}`)));
  const tokenizer = 'tokenizer.json';
  const name = 'steerboard-tests/texts';
  beforeAll(() => void server.add(name, new Map([[tokenizer, () => text]])));
  afterEach(() => void vi.unstubAllGlobals());

  for (const shown of [true, false]) {
    test(`is taken although the compressed length is announced, ${shown ? 'and that it is compressed' : 'as browsers hide that it is'}`, async () => {
      const plain = fetch;
      vi.stubGlobal('fetch', async (...asked: Parameters<typeof fetch>) => {
        const response = await plain(...asked);
        const headers = new Headers(response.headers);
        if (!shown) headers.delete('Content-Encoding');
        return new Response(response.body, { status: response.status, headers });
      });
      server.misbehave(tokenizer, { kind: 'compressed' });
      // Megabytes take their time on a busy machine.
      const model = await find({ id: name, patience: usualPatience });
      expect(model.file(tokenizer)!.sha256).not.toBeNull();
      expect(same(await model.read(tokenizer), text)).toBe(true);
      expect(content(tokenizer)).toHaveLength(1);
    });
  }
});

describe('a busy hub', () => {
  test('429 is waited for as long as the hub says', async () => {
    server.misbehave(graph, { kind: 'status', status: 429, retryAfter: '0' }, { times: 3 });
    expect(same(await read(), weights)).toBe(true);
  });

  test('429 that asks for a long wait ends, and says how long', async () => {
    server.misbehave(graph, { kind: 'status', status: 429, retryAfter: '3600' });
    const error = await failure(read());
    expect(error).toMatchObject({ code: 'hub-busy', fields: { status: 429, retryAfterMs: 3_600_000 } });
    expect(error.message).toMatch(/3600 seconds/);
    expect(server.requests.filter(({ path }) => path === graph)).toHaveLength(1);
  });

  for (const status of [500, 502, 503, 504]) {
    test(`${status} is tried again, and told when it lasts`, async () => {
      server.misbehave(graph, { kind: 'status', status }, { times: 2 });
      expect(same(await read(), weights)).toBe(true);
      server.misbehave('api', { kind: 'status', status });
      storage = new MemoryStorage();
      expect(await failure(read())).toMatchObject({ code: 'hub-busy', fields: { status } });
    });
  }
});

describe('what does not exist', () => {
  test('a model, a revision and a file are told apart', async () => {
    const model = await failure(find({ id: 'nobody/nothing' }));
    expect(model).toMatchObject({ code: 'hub-not-found', fields: { id: 'nobody/nothing' } });
    expect(model.message).toMatch(/no model nobody\/nothing/);
    const revision = await failure(find({ revision: 'v9' }));
    expect(revision).toMatchObject({ code: 'hub-not-found', fields: { revision: 'v9' } });
    expect(revision.message).toMatch(/revision “v9”/);
    server.misbehave(graph, { kind: 'status', status: 404, errorCode: 'EntryNotFound' });
    expect(await failure(read())).toMatchObject({ code: 'hub-not-found', fields: { path: graph } });
  });

  test('another service at the address is not taken for a hub', async () => {
    server.misbehave('api', { kind: 'status', status: 200, message: 'Please log in.' });
    expect(await failure(find())).toMatchObject({ code: 'hub-unreachable' });
  });
});

describe('gated models', () => {
  beforeAll(() => void server.add('steerboard-tests/gated', files(weights), { gated: true }));
  const gated = (token?: string) => find({ id: 'steerboard-tests/gated', token });

  test('without a token, and with one of an account without access: what to do is said', async () => {
    const none = await failure((await gated()).read(graph));
    expect(none).toMatchObject({ code: 'hub-refused', fields: { status: 401 } });
    expect(none.message).toMatch(/Accept its licence on http.*steerboard-tests\/gated.*token/);
    const stranger = await failure((await gated(tokens.stranger)).read(graph));
    expect(stranger).toMatchObject({ code: 'hub-refused', fields: { status: 403 } });
    const wrong = await failure(gated('hf_wrong'));
    expect(wrong).toMatchObject({ code: 'hub-refused', fields: { status: 401 } });
    expect(wrong.message).toMatch(/token/);
  });

  test('a token opens it, goes to the hub only, and is written nowhere', async () => {
    const model = await gated(tokens.member);
    expect(same(await model.read(graph), weights)).toBe(true);
    for (const request of server.requests) {
      expect(request.authorization).toBe(request.server === 'hub' ? `Bearer ${tokens.member}` : null);
    }
    const folder = storage.folder({ host: server.address, id: 'steerboard-tests/gated', commit: model.commit });
    expect(await folder.readManifest()).not.toContain(tokens.member);
  });
});

describe('revisions', () => {
  test('a branch that moved on opens the new commit, and the old one stays as it was', async () => {
    const moving = 'steerboard-tests/moving';
    server.add(moving, files(weights));
    const before = await find({ id: moving });
    expect(same(await before.read(graph), weights)).toBe(true);
    server.add(moving, files(others));
    const after = await find({ id: moving });
    expect(after.commit).not.toBe(before.commit);
    expect(same(await after.read(graph), others)).toBe(true);
    const pinned = await find({ id: moving, revision: before.commit });
    expect(same(await pinned.read(graph), weights)).toBe(true);
  });

  test('files that the new commit has unchanged are copied, not downloaded again', async () => {
    const moving = 'steerboard-tests/readme-changed';
    server.add(moving, files(weights));
    await (await find({ id: moving })).bring([graph, `${graph}_data`], () => undefined);
    server.add(moving, new Map([...files(weights), [`${graph}_data`, () => noise(50_000, 4)]]));
    server.requests.length = 0;
    const after = await find({ id: moving });
    const told: string[] = [];
    await after.bring([graph, `${graph}_data`], ({ label }) => told.push(label));
    expect(same(await after.read(graph), weights)).toBe(true);
    expect(content(graph)).toHaveLength(0);
    expect(content(`${graph}_data`)).toHaveLength(1);
    expect(same(await after.read(`${graph}_data`), noise(50_000, 4))).toBe(true);
    expect(told.join()).toContain('Copying model.onnx from');
  });

  test('a stored file that is not what it was is not copied', async () => {
    const moving = 'steerboard-tests/broken-here';
    server.add(moving, files(weights));
    const before = await find({ id: moving });
    await before.read(graph);
    const folder = storage.folder({ host: server.address, id: moving, commit: before.commit });
    const stored = await folder.open(graph);
    stored.clear();
    stored.append(others);
    stored.close();
    server.add(moving, new Map([...files(weights), ['config.json', () => Buffer.from('{}')]]));
    server.requests.length = 0;
    expect(same(await (await find({ id: moving })).read(graph), weights)).toBe(true);
    expect(content(graph)).toHaveLength(1);
  });

  test('a stored file that cannot be read is downloaded instead, and a cancelled copy is not', async () => {
    const moving = 'steerboard-tests/unreadable-here';
    server.add(moving, files(weights));
    const before = await find({ id: moving });
    await before.read(graph);
    server.add(moving, new Map([...files(weights), ['config.json', () => Buffer.from('{}')]]));
    server.requests.length = 0;
    const after = await find({ id: moving });
    const cancel = () => {
      throw new SteerboardError('cancelled', 'Cancelled.');
    };
    expect(await failure(after.bring([graph], cancel))).toMatchObject({ code: 'cancelled' });
    expect(content(graph)).toHaveLength(0);
    const broken = { size: weights.length, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('disk')) }) };
    const folder = storage.folder({ host: server.address, id: moving, commit: before.commit });
    vi.spyOn(folder, 'blob').mockResolvedValue(broken as unknown as Blob);
    expect(same(await after.read(graph), weights)).toBe(true);
    expect(content(graph)).toHaveLength(1);
  });

  test('without a network, a branch is what it was last, and a commit needs no asking', async () => {
    const { commit } = await find();
    await read();
    server.misbehave('api', { kind: 'unreachable' });
    const offline = await find();
    expect([offline.isFromStorage, offline.commit]).toEqual([true, commit]);
    expect(same(await offline.read(graph), weights)).toBe(true);
    server.requests.length = 0;
    await (await find({ revision: commit })).read(graph);
    expect(server.requests).toEqual([]);
    expect(await failure(find({ revision: 'v2' }))).toMatchObject({ code: 'hub-unreachable' });
  });
});

test('what was removed while the model is open is known to be gone', async () => {
  const model = await find();
  await model.read(graph);
  expect(await model.isHere(graph)).toBe(true);
  await storage.folder({ host: server.address, id, commit: model.commit }).remove(graph);
  expect(await model.isHere(graph)).toBe(false);
});

test('where pages have no files, models are kept in memory', async () => {
  // Node is such a place.
  const memory = await modelStorage();
  expect(memory.isLasting).toBe(false);
  const model = await find({ storage: memory });
  expect(same(await model.read(graph), weights)).toBe(true);
  expect(await storedModels(memory)).toMatchObject([{ id, dtypes: [], partial: ['fp32'], bytes: 700_000 }]);
  await model.bring(model.paths, () => undefined);
  expect(await storedModels(memory)).toMatchObject([{ id, dtypes: ['fp32'], partial: [] }]);
  await removeStoredModel({ host: server.address, id, commit: model.commit }, memory);
  expect(await storedModels(memory)).toEqual([]);
});

test('a manifest that is broken costs no download: what is there is checked and used', async () => {
  const model = await find();
  await model.read(graph);
  const folder = storage.folder({ host: server.address, id, commit: model.commit });
  await folder.writeManifest('{"version":1,');
  server.requests.length = 0;
  expect(same(await read(), weights)).toBe(true);
  expect(content()).toHaveLength(0);
});

test('a download that does not fit is refused before it begins', async () => {
  const model = await find({ free: async () => 1000 });
  expect(await failure(model.read(graph))).toMatchObject({
    code: 'storage-full',
    fields: { needed: 700_000, free: 1000 },
  });
  expect(content()).toHaveLength(0);
});
