import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorCode, SteerboardError } from '../../../src/core/errors.js';
import type { ModelSource } from '../../../src/protocol/api.js';
import type { Models } from '../../../src/app/stores/models.js';
import type { Session } from '../../../src/app/stores/session.js';
import type { Problem } from '../../../src/app/stores/status.js';
import type { FakeHost } from './fake-host.js';

vi.mock('../../../src/app/engine/regeneration.js', () => ({ forgetGeneration: vi.fn(), regenerate: vi.fn() }));
vi.mock('../../../src/app/engine/fitting.js', () => ({
  fitMissing: vi.fn(() => Promise.resolve()),
  isFindingMissing: () => false,
}));

const bundled: ModelSource = { kind: 'bundled', id: 'tales' };
const hub: ModelSource = { kind: 'hub', id: 'org/name', revision: 'c'.repeat(40), host: 'https://huggingface.co' };
const asked = (source: ModelSource) => ({ source, device: 'auto' as const, dtype: null });
const files = [{ path: 'a', done: 5, total: 10, kept: 0 }];
const downloading = { label: 'Downloading a', done: 5, total: 10, files };

let engine: typeof import('../../../src/app/engine/model.js');
let connection: typeof import('../../../src/app/engine/connection.js');
let stores: () => Stores;
let hosts: FakeHost[];
let failure: (code: ErrorCode, message: string) => SteerboardError;

/** The newest worker, once a model is asked of it. */
async function newest(): Promise<FakeHost> {
  await vi.waitFor(() => expect(hosts.at(-1)?.request).toBeTruthy());
  return hosts.at(-1)!;
}

/** Which worker answers the page. */
async function answering(): Promise<FakeHost | undefined> {
  const tag = crypto.randomUUID();
  await connection.call((api) => api.cancel(tag));
  return hosts.find((host) => host.cancelled.includes(tag));
}

/** The page with the bundled model open. */
async function begin(): Promise<FakeHost> {
  const started = engine.startModel(asked(bundled));
  const host = await newest();
  host.finish('tales', 'fp32');
  expect(await started).toBe(true);
  return host;
}

interface Stores {
  readonly session: Session;
  readonly models: Models;
  readonly problems: readonly Problem[];
}

// The engine keeps what is loaded in its modules, so every test has its own, with the stores and errors that they know.
beforeEach(async () => {
  vi.resetModules();
  vi.doMock('../../../src/app/engine/host.js', async () => ({
    startHost: (await import('./fake-host.js')).startFakeHost,
  }));
  hosts = (await import('./fake-host.js')).FakeHost.all;
  engine = await import('../../../src/app/engine/model.js');
  connection = await import('../../../src/app/engine/connection.js');
  const errors = await import('../../../src/core/errors.js');
  failure = (code, message) => new errors.SteerboardError(code, message);
  const { useSession } = await import('../../../src/app/stores/session.js');
  const { useModels } = await import('../../../src/app/stores/models.js');
  const { useStatus } = await import('../../../src/app/stores/status.js');
  stores = () => ({
    session: useSession.getState(),
    models: useModels.getState(),
    problems: useStatus.getState().problems,
  });
});

describe('opening another model', () => {
  it('uses a new worker, and stops the old one only when the new one is ready', async () => {
    const old = await begin();
    const opened = engine.openModel(asked(hub));
    const next = await newest();
    expect(next).not.toBe(old);
    expect(old.stopped).toBe(false);
    expect(await answering()).toBe(old);
    expect(stores().session).toMatchObject({ phase: 'ready', epoch: 1, hub: null });

    next.finish('org/name');
    expect(await opened).toBe(true);
    expect(old.stopped).toBe(true);
    expect(await answering()).toBe(next);
    const { session, models } = stores();
    expect(session).toMatchObject({ phase: 'ready', epoch: 2, hub: { id: 'org/name', dtype: 'q8' } });
    expect(models).toMatchObject({ opening: null, unopened: null });
  });

  it('makes nothing of the old texts count as its own, from when it is taken on', async () => {
    await begin();
    const { useTexts, emptyText } = await import('../../../src/app/stores/texts.js');
    const { fitMissing } = await import('../../../src/app/engine/fitting.js');
    const token = { id: 1, piece: 'a', special: false, logProbability: null, readout: null };
    const text = { ...emptyText, key: 'k', textId: 'old', tokens: [token], fresh: 1 };
    useTexts.setState({ baseline: text, steered: text });
    // The texts are written only after the fits, which may take long.
    let fitted = (): void => undefined;
    vi.mocked(fitMissing).mockReturnValueOnce(new Promise<void>((resolve) => (fitted = resolve)));
    const opened = engine.openModel(asked(hub));
    (await newest()).finish('org/name');
    await vi.waitFor(() => expect(stores().session.epoch).toBe(2));
    const outdated = { key: null, textId: null, fresh: 0, tokens: [token] };
    expect(useTexts.getState()).toMatchObject({ baseline: outdated, steered: outdated });
    fitted();
    expect(await opened).toBe(true);
  });

  it.each([
    ['fails', (host: FakeHost) => host.fail(failure('out-of-memory', 'Too large.')), 'out-of-memory'],
    ['dies of it', (host: FakeHost) => host.die(), 'worker-died'],
  ])('leaves the old model as it was when the new one %s', async (_, end, code) => {
    const old = await begin();
    const opened = engine.openModel(asked(hub));
    const next = await newest();
    end(next);
    expect(await opened).toBe(false);
    expect(old.stopped).toBe(false);
    expect(await answering()).toBe(old);
    const { session, models, problems } = stores();
    expect(session).toMatchObject({ phase: 'ready', epoch: 1, loaded: { stamp: { id: 'tales' } } });
    expect(models.unopened).toMatchObject({ model: { id: 'org/name' }, error: { code } });
    expect(problems).toMatchObject([{ about: 'model', error: { code } }]);
  });

  it('stops the new worker at once when it is cancelled, without calling it a failure', async () => {
    const old = await begin();
    const opened = engine.openModel(asked(hub));
    const next = await newest();
    engine.cancelOpening();
    expect(next.stopped).toBe(true);
    expect(await opened).toBe(false);
    expect(old.stopped).toBe(false);
    const { models, problems } = stores();
    expect(models.unopened?.error.code).toBe('cancelled');
    expect(problems).toEqual([]);
  });

  it('asks a download to end, so that what arrived is written', async () => {
    await begin();
    const opened = engine.openModel(asked(hub));
    const next = await newest();
    next.progress(downloading);
    engine.cancelOpening();
    expect(next.stopped).toBe(false);
    expect(stores().models.opening?.cancelling).toBe(true);
    expect(await opened).toBe(false);
    expect(next.cancelled).toEqual([next.request?.task]);
    expect(next.stopped).toBe(true);
    expect(stores().models.unopened?.kept).toEqual({ done: 5, total: 10 });
  });

  it('is not used when it was ready before it heard that it is cancelled', async () => {
    const old = await begin();
    const opened = engine.openModel(asked(hub));
    const next = await newest();
    next.progress(downloading);
    next.finish('org/name');
    engine.cancelOpening();
    expect(await opened).toBe(false);
    expect(await answering()).toBe(old);
    expect(stores().session.hub).toBeNull();
    expect(stores().problems).toEqual([]);
  });

  it('gives way to a newer one, whichever would have been ready first', async () => {
    await begin();
    const first = engine.openModel(asked(hub));
    const slow = await newest();
    const second = engine.openModel(asked(bundled));
    await vi.waitFor(() => expect(hosts.at(-1)).not.toBe(slow));
    const quick = await newest();
    expect(slow.stopped).toBe(true);
    quick.finish('tales', 'fp32');
    expect(await second).toBe(true);
    expect(await first).toBe(false);
    expect(await answering()).toBe(quick);
    expect(stores().problems).toEqual([]);
  });

  it('survives the death of the model that is used, which comes back beside it', async () => {
    const old = await begin();
    const opened = engine.openModel(asked(hub));
    const next = await newest();
    next.progress(downloading);
    old.die();
    await vi.waitFor(() => expect(hosts).toHaveLength(3));
    const again = await newest();
    expect(again.request?.source).toEqual(bundled);
    again.finish('tales', 'fp32');
    await vi.waitFor(() => expect(stores().session.phase).toBe('ready'));
    expect(next.stopped).toBe(false);
    next.finish('org/name');
    expect(await opened).toBe(true);
    expect(again.stopped).toBe(true);
  });

  it('needs no model to be there', async () => {
    const started = engine.startModel(asked(bundled));
    (await newest()).fail(failure('file-unreadable', 'Gone.'));
    expect(await started).toBe(false);
    expect(stores().session.phase).toBe('failed');
    const opened = engine.openModel(asked(hub));
    (await newest()).finish('org/name');
    expect(await opened).toBe(true);
    const { session, problems } = stores();
    expect(session.phase).toBe('ready');
    expect(problems).toEqual([]);
  });
});

describe('a change of the device', () => {
  it('opens the same weights beside the old ones, and keeps the choice when they fail', async () => {
    const old = await begin();
    const changed = engine.changeDevice('webgpu');
    const next = await newest();
    expect(next.request).toMatchObject({ source: bundled, device: 'webgpu' });
    next.fail(failure('device-unavailable', 'No adapter.'));
    await changed;
    expect(await answering()).toBe(old);
    expect(stores().session).toMatchObject({ deviceChoice: 'auto', phase: 'ready' });
  });

  it('that was lost brings the model back on the processor', async () => {
    const old = await begin();
    old.notice({ type: 'device-lost', error: { code: 'device-lost', message: 'It went away.', fields: {} } });
    await vi.waitFor(() => expect(hosts).toHaveLength(2));
    const next = await newest();
    expect(next.request).toMatchObject({ device: 'wasm', because: 'the graphics device went away' });
    next.finish('tales', 'fp32');
    await vi.waitFor(() => expect(stores().session.phase).toBe('ready'));
    expect(stores().session.deviceChoice).toBe('auto');
    expect(old.stopped).toBe(true);
  });

  it('that is lost while a model is opened on it is not the old model’s', async () => {
    await begin();
    const opened = engine.openModel(asked(hub));
    const next = await newest();
    next.notice({ type: 'device-lost', error: { code: 'device-lost', message: 'It went away.', fields: {} } });
    expect(stores().session.phase).toBe('ready');
    next.fail(failure('device-lost', 'It went away.'));
    expect(await opened).toBe(false);
    expect(hosts).toHaveLength(2);
  });
});

describe('what was asked of the old worker', () => {
  it('is cancelled, not failed, when the new one takes its place', async () => {
    await begin();
    const waiting = connection.call((api) => api.tokenize('Once'));
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    const opened = engine.openModel(asked(hub));
    (await newest()).finish('org/name');
    await opened;
    await outcome;
  });
});
