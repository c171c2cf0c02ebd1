/** Models as the worker has them, run by onnxruntime-web's WASM build in Node. */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { instrument } from '../../../src/core/onnx/instrument.js';
import { graphName, openDecoder } from '../../../src/worker/model/open-decoder.js';
import { SteeredModel } from '../../../src/worker/model/steered-model.js';
import { Tokenizer } from '../../../src/worker/model/tokenizer.js';
import type { Runtime, Session } from '../../../src/worker/runtime/ort.js';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

const root = new URL('../../../public/models/tales/', import.meta.url);
const read = (path: string) => new Uint8Array(readFileSync(new URL(path, root))) as Uint8Array<ArrayBuffer>;

const runtime = {
  device: 'wasm',
  Tensor: ort.Tensor,
  memory: null,
  async createSession({ graph, externalData }: Parameters<Runtime['createSession']>[0]): Promise<Session> {
    const session = await ort.InferenceSession.create(graph, {
      externalData: externalData as { path: string; data: Uint8Array }[],
    });
    return {
      inputNames: session.inputNames,
      outputNames: session.outputNames,
      inputTypes: new Map(session.inputMetadata.flatMap((it) => (it.isTensor ? [[it.name, it.type]] : []))),
      run: (feeds, fetches) => session.run(feeds, fetches),
      release: () => session.release(),
    };
  },
} as unknown as Runtime;

export async function openBundled(): Promise<SteeredModel> {
  const files = {
    name: 'tales',
    paths: null,
    read: (path: string) => Promise.resolve(path === 'chat_template.jinja' ? null : read(path)),
  };
  return openBytes(read('onnx/model.onnx'), await Tokenizer.load(files));
}

/** Any model, of which no texts are asked where there is no tokenizer. */
export async function openBytes(
  bytes: Uint8Array<ArrayBuffer>,
  tokenizer: Tokenizer = {} as Tokenizer,
): Promise<SteeredModel> {
  const edited = instrument(bytes, { weightsFile: graphName, device: 'wasm', hooks: { resid_post: 'affine' } });
  const decoder = await openDecoder(runtime, edited, [{ path: graphName, data: bytes }]);
  const { layers, width, vocabulary } = edited.report;
  const shape = { layers, width, vocabulary, context: 512 };
  const stamp = { id: 'model', revision: null, dtype: 'fp32', family: 'llama', layers, width };
  return new SteeredModel(decoder, tokenizer, runtime, shape, stamp, new Set([1]), async () => ({ bytes, others: [] }));
}
