/** Hooks that are compiled while a model is open: in which order sessions come and go, and where its files may come from. */
import { Tensor } from 'onnxruntime-web';
import { beforeEach, describe, expect, test } from 'vitest';
import { SteerboardError } from '../../../src/core/errors.js';
import { instrument } from '../../../src/core/onnx/instrument.js';
import { Decoder } from '../../../src/worker/generation/decoder.js';
import type { ModelFiles } from '../../../src/worker/model/files.js';
import { ensureHooks } from '../../../src/worker/model/hooks.js';
import { reread } from '../../../src/worker/model/load.js';
import { SteeredModel } from '../../../src/worker/model/steered-model.js';
import type { Tokenizer } from '../../../src/worker/model/tokenizer.js';
import type { Runtime, Session, TensorConstructor } from '../../../src/worker/runtime/ort.js';
import { modelFile } from '../generation/opened-decoder.js';

const bytes = modelFile('llama-genai/onnx/model.onnx') as Uint8Array<ArrayBuffer>;

/** What happened to sessions, by their number. */
let events: string[];
/** Numbers of sessions that there is no memory for. */
let tooLarge: readonly number[];
let sessions: number;
beforeEach(() => {
  events = [];
  tooLarge = [];
  sessions = 0;
});

function session(): Session {
  const number = ++sessions;
  if (tooLarge.includes(number)) {
    events.push(`${number} refused`);
    throw new SteerboardError('out-of-memory', 'There was not enough memory for this.');
  }
  events.push(`${number} opened`);
  return {
    inputNames: [],
    outputNames: [],
    inputTypes: new Map(),
    run: () => Promise.reject(new Error('not run here')),
    release: async () => void events.push(`${number} released`),
  };
}

function openModel(): SteeredModel {
  const runtime = { device: 'wasm', Tensor, createSession: async () => session() } as unknown as Runtime;
  const { report } = instrument(bytes, { weightsFile: 'steer.graph', hooks: { resid_post: 'affine' } });
  const decoder = new Decoder(session(), Tensor as unknown as TensorConstructor, report, null);
  decoder.mostAtOnce = 24;
  const shape = { ...report, context: 64 };
  const stamp = {
    id: 'tiny',
    revision: null,
    dtype: 'fp32',
    family: 'llama',
    layers: shape.layers,
    width: shape.width,
  };
  const readGraph = async () => ({ bytes, others: [] });
  return new SteeredModel(decoder, {} as Tokenizer, runtime, shape, stamp, new Set(), readGraph);
}

const needed = { attn_out: 'read' } as const;
const [twiceFits, tooLargeTwice] = [Infinity, 0];

describe('a model of which two sessions fit', () => {
  test('works on until the new session is there', async () => {
    const model = openModel();
    await ensureHooks(model, needed, twiceFits);
    expect(events).toEqual(['1 opened', '2 opened', '1 released']);
    expect(model.decoder.report.compiled).toEqual({ resid_post: 'affine', attn_out: 'read' });
    // How prompts have to be read is a matter of the adapter, which is the same.
    expect(model.decoder.mostAtOnce).toBe(24);
  });

  test('reads heads as long as nothing else is needed, and goes on without them', async () => {
    const model = openModel();
    const compiling: string[] = [];
    model.onCompiling = (points) => compiling.push(points.join(' '));
    const read = { attn_out: 'read', head_out: 'read' } as const;
    await ensureHooks(model, read, twiceFits);
    await ensureHooks(model, read, twiceFits);
    expect(events).toEqual(['1 opened', '2 opened', '1 released']);
    expect(model.decoder.report.compiled).toEqual({ resid_post: 'affine', ...read });
    await ensureHooks(model, { attn_out: 'add' }, twiceFits);
    expect(model.decoder.report.compiled).toEqual({ resid_post: 'affine', attn_out: 'add' });
    expect(compiling).toEqual(['attn_out head_out', '', 'attn_out', '']);
  });

  test('keeps its session when there is no memory for another', async () => {
    const model = openModel();
    tooLarge = [2];
    await expect(ensureHooks(model, needed, twiceFits)).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringContaining('The model is as it was.'),
    });
    expect(events).toEqual(['1 opened', '2 refused']);
    expect(model.decoder.report.compiled).toEqual({ resid_post: 'affine' });
  });
});

describe('a model that is too large to be opened twice', () => {
  test('lets its session go first', async () => {
    const model = openModel();
    await ensureHooks(model, needed, tooLargeTwice);
    expect(events).toEqual(['1 opened', '1 released', '2 opened']);
    expect(model.decoder.report.compiled).toEqual({ resid_post: 'affine', attn_out: 'read' });
    expect(model.isClosed).toBe(false);
  });

  test('is opened again as it was when the new session cannot be, and says so', async () => {
    const model = openModel();
    tooLarge = [2];
    await expect(ensureHooks(model, needed, tooLargeTwice)).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringContaining('The model is as it was.'),
    });
    expect(events).toEqual(['1 opened', '1 released', '2 refused', '3 opened']);
    expect(model.decoder.report.compiled).toEqual({ resid_post: 'affine' });
    expect(model.decoder.mostAtOnce).toBe(24);
  });

  test('says that it is closed when there is no way back', async () => {
    const model = openModel();
    tooLarge = [2, 3];
    await expect(ensureHooks(model, needed, tooLargeTwice)).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringContaining('the model is closed now: open it again under Models'),
    });
    expect(model.isClosed).toBe(true);
    await model.release();
    expect(events).toEqual(['1 opened', '1 released', '2 refused', '3 refused']);
  });
});

test('files that were removed from the browser are not downloaded again for a hook', async () => {
  const asked: string[] = [];
  const files: ModelFiles = {
    name: 'someone/model',
    paths: null,
    read: async (path) => {
      asked.push(path);
      return bytes;
    },
    isHere: async (path) => path === 'onnx/model.onnx',
  };
  const edited = { filesBeside: new Map([['model.onnx_data', 10]]) };
  const error = await reread(files, { path: 'onnx/model.onnx', edited })().catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'file-unreadable', fields: { path: 'onnx/model.onnx_data' } });
  expect((error as Error).message).toMatch(/not downloaded unasked.*open someone\/model again under Models/);
  expect(asked).toEqual([]);
});
