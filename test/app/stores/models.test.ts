import { beforeEach, describe, expect, it } from 'vitest';
import {
  dropOffer,
  endOpening,
  reportOpening,
  sameModel,
  startOpening,
  useModels,
  type ModelName,
} from '../../../src/app/stores/models.js';

const model: ModelName = { kind: 'hub', id: 'org/name', revision: 'main', host: 'https://huggingface.co' };
const progress = (done: number) => ({
  label: 'Downloading a',
  done,
  total: 300,
  files: [
    { path: 'a', done: Math.min(100, done), total: 100, kept: 0 },
    { path: 'b', done: Math.max(0, done - 100), total: 200, kept: 0 },
  ],
});

beforeEach(() => {
  useModels.setState(useModels.getInitialState(), true);
  startOpening({ task: 't', model, device: 'auto', dtype: 'q8' });
});

describe('an opening', () => {
  it('keeps samples of every file and of all together', () => {
    reportOpening('t', progress(50), 0);
    reportOpening('t', progress(150), 1000);
    const { opening } = useModels.getState();
    expect(opening?.samples['']).toEqual([
      { time: 0, done: 50 },
      { time: 1000, done: 150 },
    ]);
    expect(opening?.samples['b']?.at(-1)).toEqual({ time: 1000, done: 50 });
    expect(opening?.progress?.done).toBe(150);
  });

  it('hears nothing of an earlier one', () => {
    startOpening({ task: 'next', model, device: 'auto', dtype: 'q8' });
    reportOpening('t', progress(50), 0);
    endOpening('t', null);
    expect(useModels.getState().opening).toMatchObject({ task: 'next', progress: null });
  });

  it('leaves nothing behind when the model is there', () => {
    endOpening('t', null);
    expect(useModels.getState()).toMatchObject({ opening: null, unopened: null });
  });

  it('says what is kept when it broke off in a download', () => {
    reportOpening('t', progress(120), 0);
    const error = { code: 'hub-unreachable' as const, message: 'It broke off.', fields: {} };
    endOpening('t', error);
    expect(useModels.getState().unopened).toEqual({
      model,
      device: 'auto',
      dtype: 'q8',
      kept: { done: 120, total: 300 },
      error,
    });
  });

  it('says nothing of what is kept when it failed after the download', () => {
    reportOpening('t', progress(300), 0);
    reportOpening('t', { label: 'Finding the residual stream', done: 0, total: 0 }, 1);
    endOpening('t', { code: 'out-of-memory', message: 'Too large.', fields: {} });
    expect(useModels.getState().unopened?.kept).toBeNull();
  });
});

it('going back to the list forgets the offer and keeps what is written', () => {
  useModels.setState({ wanted: 'org/name', token: 'hf_x', lookedUp: model, inspecting: 'i', dtype: 'q8' });
  dropOffer();
  expect(useModels.getState()).toMatchObject({
    wanted: 'org/name',
    token: 'hf_x',
    lookedUp: null,
    inspecting: null,
    dtype: null,
  });
});

it('models are told apart by kind, name, revision and hub', () => {
  expect(sameModel(model, { ...model })).toBe(true);
  expect(sameModel(model, { ...model, revision: 'v2' })).toBe(false);
  expect(sameModel(model, { ...model, host: 'http://localhost:1' })).toBe(false);
  expect(sameModel({ kind: 'bundled', id: 'tales' }, { kind: 'folder', name: 'tales' })).toBe(false);
  expect(sameModel({ kind: 'bundled', id: 'tales' }, { kind: 'bundled', id: 'tales' })).toBe(true);
  expect(sameModel(null, null)).toBe(false);
});
