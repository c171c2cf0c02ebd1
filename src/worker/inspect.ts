import { SteerboardError } from '../core/errors.js';
import { unhookedForWebGpu } from '../core/onnx/webgpuGraph.js';
import type { ForwardRequest, ForwardResult } from '../protocol/api.js';
import { Decoder } from './generation/decoder.js';
import { emptyCache } from './generation/cache.js';
import { decidePlans } from './generation/conditions.js';
import { chunkLengths, forwardChunks, readingOfText } from './generation/forward.js';
import { preparePlans } from './model/hooks.js';
import { graphName } from './model/open-decoder.js';
import type { SteeredModel } from './model/steered-model.js';

/** Raw numbers of one forward pass, for checks against other implementations. */
export async function forward(model: SteeredModel, request: ForwardRequest): Promise<ForwardResult> {
  if (request.ids.length === 0) throw new SteerboardError('input-empty', 'There are no ids to run.');
  if (request.graph === 'unedited')
    return { logits: await runUnedited(model, request.ids), residuals: new Float32Array() };
  const { layers, width, vocabulary } = model.shape;
  const tokens = request.ids.length;
  const logits = new Float32Array(tokens * vocabulary);
  const residuals = new Float32Array(tokens * layers * width);
  const { ids, promptLength, chunks } = request;
  const [decided] = await decidePlans(model, { ids: ids.slice(0, promptLength), spoken: [] }, [request.plan]);
  const [plan] = await preparePlans(model, [decided!.plan]);
  const reading = readingOfText(model, ids, request, plan!);
  const lengths = chunkLengths(tokens, promptLength, [reading], vocabulary, chunks);
  for await (const chunk of forwardChunks(model, ids, reading, lengths, null)) {
    logits.set(chunk.logits, chunk.start * vocabulary);
    residuals.set(chunk.residuals, chunk.start * layers * width);
  }
  return { logits, residuals };
}

/**
 * Opens the file's own graph beside the hooked one, and runs the ids as a first run. Logits [T, vocabulary]. On WebGPU it gets
 * the angles that the hooked one has, which may differ by more than hooks may.
 */
export async function runUnedited(model: SteeredModel, ids: readonly number[]): Promise<Float32Array> {
  const { runtime, decoder } = model;
  const { bytes, others } = await model.readGraph();
  const exact = runtime.device === 'webgpu' ? unhookedForWebGpu(bytes, graphName) : null;
  const files = exact ? { graph: exact, externalData: [{ path: graphName, data: bytes }, ...others] } : null;
  const session = await runtime.createSession(files ?? { graph: bytes, externalData: others }, false);
  try {
    return await Decoder.runUnedited(session, runtime.Tensor, ids, emptyCache(decoder.report.cache, 1, runtime.Tensor));
  } finally {
    await session.release();
  }
}
