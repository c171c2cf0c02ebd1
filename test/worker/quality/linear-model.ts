/**
 * A model of linear algebra alone, so that what is added comes out in proportion: block 0 writes E[id] + b₀, block 1 adds
 * M h + b₁, and the logits are W h. Only what a run reads is there. With `bent` the second block is tanh.
 */
import { hookPorts } from '../../../src/core/onnx/hooks.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import type { DecoderRun } from '../../../src/worker/generation/decoder.js';
import { toyModel, type ToyModel } from '../generation/toy-model.js';

export const width = 4;
export const vocabulary = 24;
const layers = 2;

export function linearModel({ bent = false } = {}): ToyModel {
  const uniform = uniformSource(3);
  const embedding = gaussianVector(vocabulary * width, uniform);
  const between = gaussianVector(width * width, uniform);
  const readout = gaussianVector(vocabulary * width, uniform);
  const times = (matrix: Float64Array, vector: readonly number[]): number[] =>
    Array.from({ length: matrix.length / width }, (_, row) =>
      vector.reduce((sum, value, i) => sum + matrix[row * width + i]! * value, 0),
    );
  const toy = toyModel();
  const run = ({ ids, rows, length, past, steering, mask }: DecoderRun) => {
    const bias = steering[hookPorts.bias]!.data as Float32Array; // [B, L, d]
    const residuals: number[] = [];
    const logits: number[] = [];
    for (let at = 0; at < rows * length; at++) {
      const added = (layer: number, i: number): number => mask[at]! * bias[layer * width + i]!;
      const first = Array.from({ length: width }, (_, i) => embedding[ids[at]! * width + i]! + added(0, i));
      const block = times(between, first).map((value) => (bent ? Math.tanh(value) : value));
      const second = first.map((value, i) => value + block[i]! + added(1, i));
      residuals.push(...first, ...second);
      logits.push(...times(readout, second));
    }
    return Promise.resolve({
      logits: Float32Array.from(logits),
      residuals: Float32Array.from(residuals),
      cache: past,
    });
  };
  return Object.assign(toy, {
    shape: { layers, width, vocabulary, context: 200 },
    stamp: { ...toy.stamp, layers, width },
    decoder: Object.assign(toy.decoder, { run }),
  });
}
