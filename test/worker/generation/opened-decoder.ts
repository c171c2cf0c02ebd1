/** The worker's decoder on a fixture's graph, run by onnxruntime-web's WASM build in Node. */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import type { HookReport } from '../../../src/core/onnx/hooks.js';
import { instrument, type InstrumentOptions } from '../../../src/core/onnx/instrument.js';
import { Decoder } from '../../../src/worker/generation/decoder.js';
import type { Session, TensorConstructor } from '../../../src/worker/runtime/ort.js';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** Bytes of a file below `test/fixtures/models`. */
export function modelFile(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../fixtures/models/${path}`, import.meta.url)));
}

/** @param change what the decoder is told of the graph instead of what was found */
export async function openedDecoder(
  bytes: Uint8Array,
  change: (report: HookReport) => HookReport = (report) => report,
  options: Partial<InstrumentOptions> = {},
): Promise<Decoder> {
  const { graph, report } = instrument(bytes, { weightsFile: 'model.onnx', device: 'wasm', ...options });
  const session = await ort.InferenceSession.create(graph, { externalData: [{ path: 'model.onnx', data: bytes }] });
  const opened: Session = {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    inputTypes: new Map(session.inputMetadata.flatMap((it) => (it.isTensor ? [[it.name, it.type]] : []))),
    run: (feeds, fetches) => session.run(feeds, fetches),
    release: () => session.release(),
  };
  return new Decoder(opened, ort.Tensor as unknown as TensorConstructor, change(report), null);
}
