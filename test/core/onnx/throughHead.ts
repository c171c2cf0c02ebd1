/** Runs residuals through the head that was cut out of a model, as the worker does in the page. */
import * as ort from 'onnxruntime-web';
import { cutHead, headPorts, residualPort } from '../../../src/core/onnx/cutHead.js';
import { halfToFloat } from '../../../src/core/tensors/half.js';
import { weightsFile } from './session.js';

export interface Part {
  readonly path: string;
  readonly data: Uint8Array;
}

/** @param residuals [P, d] @returns logits [P, V] with their shape */
export async function throughHead(
  model: Uint8Array,
  layers: number,
  residuals: Float32Array,
  others: readonly Part[] = [],
): Promise<{ readonly logits: Float32Array; readonly dims: readonly number[]; readonly vocabulary: number }> {
  const head = cutHead(model, weightsFile, layers);
  const externalData = [{ path: weightsFile, data: model }, ...others];
  const session = await ort.InferenceSession.create(head.graph, { externalData });
  const count = residuals.length / head.width;
  const positions = BigInt64Array.from({ length: count }, (_, i) => BigInt(i));
  const outputs = await session.run({
    [residualPort]: new ort.Tensor('float32', residuals, [1, count, head.width]),
    [headPorts.positions]: new ort.Tensor('int64', positions, [count]),
  });
  const { data, dims } = outputs[headPorts.logits]!;
  await session.release();
  return { logits: floats(data as ArrayLike<number>), dims, vocabulary: head.vocabulary };
}

/** Half floats come as their bits here. */
export function floats(data: ArrayLike<number>): Float32Array {
  return Float32Array.from(data, (value) => (data instanceof Uint16Array ? halfToFloat(value) : value));
}

/** One layer of [T, L, d], as [T, d]. */
export function layerOf(residuals: Float32Array, layer: number, layers: number, width: number): Float32Array {
  return residuals.filter((_, i) => Math.floor(i / width) % layers === layer);
}
