/** The head as a session of its own: when it is there, and when it is refused. */
import { Tensor } from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { cutHead } from '../../../src/core/onnx/cutHead.js';
import { instrument } from '../../../src/core/onnx/instrument.js';
import { Decoder } from '../../../src/worker/generation/decoder.js';
import { LensHead } from '../../../src/worker/lens/lens-head.js';
import { SteeredModel } from '../../../src/worker/model/steered-model.js';
import type { Tokenizer } from '../../../src/worker/model/tokenizer.js';
import type { Runtime, Session, SessionFiles, TensorConstructor } from '../../../src/worker/runtime/ort.js';
import { modelFile } from '../generation/opened-decoder.js';

const bytes = modelFile('llama-genai/onnx/model.onnx') as Uint8Array<ArrayBuffer>;

function openModel(events: string[]): SteeredModel {
  const session = (name: string): Session => ({
    inputNames: [],
    outputNames: [],
    inputTypes: new Map(),
    run: () => Promise.reject(new Error('not run here')),
    release: async () => void events.push(`${name} released`),
  });
  const createSession = async ({ externalData }: SessionFiles) => {
    events.push(`head opened beside ${externalData.map(({ path }) => path).join()}`);
    return session('head');
  };
  const runtime = { device: 'wasm', Tensor, createSession } as unknown as Runtime;
  const { report } = instrument(bytes, { weightsFile: 'steer.graph' });
  const decoder = new Decoder(session('model'), Tensor as unknown as TensorConstructor, report, null);
  const shape = { ...report, context: 64 };
  const { layers, width } = shape;
  const stamp = { id: 'tiny', revision: null, dtype: 'fp32', family: 'llama', layers, width };
  const readGraph = async () => ({ bytes, others: [{ path: 'of-blocks-only', data: new Uint8Array() }] });
  return new SteeredModel(decoder, {} as Tokenizer, runtime, shape, stamp, new Set(), readGraph);
}

test('a head larger than the limit is refused with both sizes and a way out, and nothing is opened', async () => {
  const events: string[] = [];
  const model = openModel(events);
  const { bytes: size } = cutHead(bytes, 'steer.graph', model.shape.layers);
  await expect(LensHead.open(model, size - 1)).rejects.toMatchObject({
    code: 'out-of-memory',
    message: expect.stringMatching(/head of tiny takes \d+ MB.*smaller dtype/),
    fields: { bytes: size, largest: size - 1 },
  });
  expect(events).toEqual([]);
});

test('the head goes when it is let go of, and with its model', async () => {
  const events: string[] = [];
  const model = openModel(events);
  model.head = await LensHead.open(model);
  await model.releaseHead();
  await model.releaseHead();
  expect(model.head).toBeNull();
  model.head = await LensHead.open(model);
  await model.close();
  const opened = 'head opened beside steer.graph';
  expect(events).toEqual([opened, 'head released', opened, 'head released', 'model released']);
});
