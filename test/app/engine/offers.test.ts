// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultHub } from '../../../src/core/hub/address.js';
import { lookUp, lookUpTyped, modelInAddress, setHubHost } from '../../../src/app/engine/offers.js';
import { useModels } from '../../../src/app/stores/models.js';
import { useSession } from '../../../src/app/stores/session.js';
import { offerOf } from '../panels/models/offer.js';
import { FakeHost } from './fake-host.js';

vi.mock('../../../src/app/engine/host.js', async () => ({ startHost: (await import('./fake-host.js')).startFakeHost }));

const hub = { kind: 'hub', id: 'org/name', revision: 'main', host: defaultHub } as const;
let sent: { source: unknown; token: string | undefined }[];

beforeEach(() => {
  useModels.setState(useModels.getInitialState(), true);
  useSession.setState(useSession.getInitialState(), true);
  sent = [];
  FakeHost.offer = (source, token) => {
    sent.push({ source, token });
    return Promise.resolve(offerOf());
  };
});

describe('an access token', () => {
  it('goes to the hub that it was given for', async () => {
    useModels.setState({ token: ' hf_secret ' });
    await lookUp(hub);
    expect(sent).toEqual([{ source: hub, token: 'hf_secret' }]);
  });

  it('goes to no other, even when its address is pasted', async () => {
    useModels.setState({ token: 'hf_secret', wanted: 'https://elsewhere.example/org/name' });
    await lookUpTyped();
    expect(sent).toMatchObject([{ source: { host: 'https://elsewhere.example' }, token: undefined }]);
  });

  it('is forgotten when the hub changes, and not when it is named again', () => {
    useModels.setState({ token: 'hf_secret' });
    setHubHost('huggingface.co/');
    expect(useModels.getState().token).toBe('hf_secret');
    setHubHost('http://localhost:8080');
    expect(useModels.getState().token).toBe('');
    expect(useSession.getState().hubHost).toBe('http://localhost:8080');
  });
});

describe('a model in the page’s address', () => {
  it('is one of the hub that is set', () => {
    expect(modelInAddress('?model=org/name@v1')).toEqual({ ...hub, revision: 'v1' });
    expect(modelInAddress(`?model=${encodeURIComponent(`${defaultHub}/org/name`)}`)).toEqual(hub);
  });

  it('names no other hub, and nothing that is no model', () => {
    expect(modelInAddress('?model=https://elsewhere.example/org/name')).toBeNull();
    expect(modelInAddress('?model=../../secret')).toBeNull();
    expect(modelInAddress('?model=')).toBeNull();
    expect(modelInAddress('')).toBeNull();
  });
});

describe('looking up', () => {
  it('says in words what cannot be a model', async () => {
    useModels.setState({ wanted: 'not a model' });
    await lookUpTyped();
    expect(sent).toEqual([]);
    expect(useModels.getState().error).toMatchObject({ code: 'hub-not-found' });
  });

  it('shows the answer to the last question only', async () => {
    let answer: () => void = () => undefined;
    FakeHost.offer = () => new Promise((resolve) => (answer = () => resolve(offerOf({ id: 'slow' }))));
    const slow = lookUp(hub);
    await vi.waitFor(() => expect(useModels.getState().inspecting).not.toBeNull());
    FakeHost.offer = () => Promise.resolve(offerOf({ id: 'quick' }));
    await lookUp({ ...hub, id: 'org/quick' });
    answer();
    await slow;
    expect(useModels.getState().offer?.id).toBe('quick');
  });
});
