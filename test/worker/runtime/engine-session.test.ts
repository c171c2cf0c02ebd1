/** Runs without onnxruntime-web between: the same numbers, and all memory given back. */
import * as ort from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { instrument } from '../../../src/core/onnx/instrument.js';
import { disposeCache, freeArray, keepRows, type BatchCache } from '../../../src/worker/generation/cache.js';
import { Decoder } from '../../../src/worker/generation/decoder.js';
import { steeringFeeds } from '../../../src/worker/generation/feeds.js';
import { EngineSession } from '../../../src/worker/runtime/engine-session.js';
import type { Session, TensorConstructor } from '../../../src/worker/runtime/ort.js';
import { wasmEngine, type WasmEngine } from '../../../src/worker/runtime/wasm-engine.js';
import { modelFile } from '../generation/opened-decoder.js';

const Tensor = ort.Tensor as unknown as TensorConstructor;
const taken = { allocations: 0, tensors: 0 };

/** Counts what is taken and not given back. */
function counted(engine: WasmEngine): WasmEngine {
  return {
    ...engine,
    get HEAPU8() {
      return engine.HEAPU8;
    },
    _malloc: (bytes) => {
      taken.allocations++;
      return engine._malloc(bytes);
    },
    _free: (address) => {
      taken.allocations--;
      engine._free(address);
    },
    _OrtCreateTensor: (...given) => {
      taken.tensors++;
      return engine._OrtCreateTensor(...given);
    },
    _OrtRun: (...given) => {
      taken.tensors += given[5];
      return engine._OrtRun(...given);
    },
    _OrtReleaseTensor: (value) => {
      taken.tensors--;
      return engine._OrtReleaseTensor(value);
    },
  };
}

/** A model opened once, run through onnxruntime-web or beside it. */
interface Opened {
  readonly plain: Decoder;
  readonly direct: Decoder;
  readonly engine: EngineSession;
}

async function open(file: string): Promise<Opened> {
  const bytes = modelFile(file);
  const { graph, report } = instrument(bytes, { weightsFile: 'model.onnx', device: 'wasm' });
  const session = await ort.InferenceSession.create(graph, { externalData: [{ path: 'model.onnx', data: bytes }] });
  const started = (globalThis as unknown as { readonly startedEngine: WasmEngine }).startedEngine;
  wasmEngine.started ??= counted(started);
  const { handler } = session as unknown as { readonly handler: { readonly sessionId: number } };
  const engine = new EngineSession(wasmEngine.started, handler.sessionId, Tensor);
  const decoderOn = (run: Session['run']) => {
    const { inputNames, outputNames, inputMetadata } = session;
    const inputTypes = new Map(inputMetadata.flatMap((it) => (it.isTensor ? [[it.name, it.type]] : [])));
    const release = () => session.release();
    return new Decoder({ inputNames, outputNames, inputTypes, run, release }, Tensor, report, null);
  };
  return {
    plain: decoderOn((feeds, fetches) => session.run(feeds, fetches)),
    direct: decoderOn((feeds, fetches, stay) => engine.run(feeds, fetches as readonly string[], stay!)),
    engine,
  };
}

/** A prompt of one text, then steps of three: rows part, end, and begin anew. All logits and residuals. */
async function written(decoder: Decoder): Promise<readonly number[]> {
  const { report } = decoder;
  const read: number[] = [];
  const step = async (ids: readonly number[], rows: number, past: BatchCache): Promise<BatchCache> => {
    const bias = Float32Array.from({ length: report.width }, (_, i) => Math.sin(i));
    const nothing = { rank: 0, read: new Float32Array(), write: new Float32Array() };
    const added = ids.slice(0, rows).map(() => [{ hook: 'resid_post' as const, layer: 1, bias, ...nothing }]);
    const steering = steeringFeeds(added, report.compiled, report, Tensor);
    const mask = new Float32Array(ids.length).fill(0.5);
    const length = ids.length / rows;
    const result = await decoder.run({ ids, rows, length, past, steering, mask, logits: 'last', lent: true });
    read.push(...result.logits, ...result.residuals);
    freeArray(result.logits);
    freeArray(result.residuals);
    return result.cache;
  };
  const keep = (cache: BatchCache, rows: readonly number[]): BatchCache => {
    const kept = keepRows(report.cache, cache, rows, Tensor);
    disposeCache(cache);
    return kept;
  };
  let cache = await step([5, 9, 12, 40], 1, decoder.empty(1));
  cache = await step([3, 4, 5], 3, keep(cache, [0, 0, 0]));
  cache = await step([7, 8, 9, 10], 4, keep(cache, [0, 2, 2, 1]));
  cache = await step([11, 12], 2, keep(cache, [3, 1]));
  const rows = await decoder.caches.split(cache);
  disposeCache(cache);
  disposeCache(await step([1, 2], 2, decoder.caches.join([rows[1]!, rows[0]!])));
  return read;
}

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  ort.env.wasm.wasmPaths = { mjs: new URL('./start-engine.mjs', import.meta.url) };
});

describe.each(['llama-genai', 'llama-optimum', 'lfm2-genai'])('a session of the engine on %s', (name) => {
  it('gives the numbers of onnxruntime-web, bit for bit, and all memory back', async () => {
    const { plain, direct, engine } = await open(`${name}/onnx/model.onnx`);
    const before = { ...taken };
    expect(await written(direct)).toEqual(await written(plain));
    // The names of inputs and outputs are kept for the next run.
    engine.release();
    expect(taken).toEqual(before);
  });

  it('says what onnxruntime says when a run fails, and gives the inputs back', async () => {
    const { direct, engine } = await open(`${name}/onnx/model.onnx`);
    const before = { ...taken };
    const feeds = { input_ids: new Tensor('int64', BigInt64Array.of(5n), [1, 1]) };
    await expect(engine.run(feeds, ['logits'], new Set())).rejects.toThrow("onnxruntime's error");
    engine.release();
    expect(taken.allocations).toBe(before.allocations);
    await direct.session.release();
  });

  it('is not run once it was released, and not released twice', async () => {
    const { direct, engine } = await open(`${name}/onnx/model.onnx`);
    engine.release();
    engine.release();
    await expect(written(direct)).rejects.toThrow('this session was released');
    await direct.session.release();
  });
});
