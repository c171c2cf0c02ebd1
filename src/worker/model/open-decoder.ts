import type { Instrumented } from '../../core/onnx/instrument.js';
import { forWebGpu } from '../../core/onnx/webgpuGraph.js';
import { Decoder } from '../generation/decoder.js';
import type { Runtime, SessionFiles } from '../runtime/ort.js';

/** What an edited graph calls the bytes that it was made from. No file beside a graph has this name. */
export const graphName = 'steer.graph';

/** Opens a hooked graph. For WebGPU it gets the likeliest tokens as an output, and all outputs stay on the GPU. */
export async function openDecoder(
  runtime: Runtime,
  { graph, report }: Instrumented,
  weights: SessionFiles['externalData'],
): Promise<Decoder> {
  const isGpu = runtime.device === 'webgpu';
  const edited = isGpu ? forWebGpu(graph, report) : null;
  const session = await runtime.createSession({ graph: edited?.graph ?? graph, externalData: weights }, isGpu);
  try {
    const { memory } = runtime;
    const gpu = edited && memory ? { memory, top: edited.top, inPlace: edited.inPlace } : null;
    return new Decoder(session, runtime.Tensor, report, gpu);
  } catch (error) {
    await session.release();
    throw error;
  }
}
