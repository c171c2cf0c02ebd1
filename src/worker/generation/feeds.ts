import { hookPorts } from '../../core/onnx/hooks.js';
import type { LayerIntervention } from '../../core/steering/intervention.js';
import type { Feeds, TensorConstructor } from '../runtime/ort.js';

/**
 * The steering inputs of a batch, one set of interventions a row: b [B, 1, d], U [B, d, K] and V [B, K, d] of every
 * layer, where K is the highest rank among the rows at that layer and at least 1. Made once for a plan and a batch.
 */
export function steeringFeeds(
  rows: readonly (readonly LayerIntervention[])[],
  layers: number,
  width: number,
  Tensor: TensorConstructor,
): Feeds {
  const feeds: Feeds = {};
  const batch = rows.length;
  const zeros = new Tensor('float32', new Float32Array(batch * width), [batch, 1, width]);
  const noRead = new Tensor('float32', new Float32Array(batch * width), [batch, width, 1]);
  for (let layer = 0; layer < layers; layer++) {
    const here = rows.map((row) => row.find((intervention) => intervention.layer === layer) ?? null);
    const rank = here.reduce((most, intervention) => Math.max(most, intervention?.rank ?? 0), 0);
    feeds[hookPorts.bias(layer)] = here.some(Boolean)
      ? new Tensor('float32', stackBiases(here, width), [batch, 1, width])
      : zeros;
    if (rank === 0) {
      feeds[hookPorts.read(layer)] = noRead;
      feeds[hookPorts.write(layer)] = zeros;
      continue;
    }
    const read = new Float32Array(batch * width * rank);
    const write = new Float32Array(batch * rank * width);
    here.forEach((intervention, row) => {
      if (!intervention) return;
      const start = row * rank * width;
      write.set(intervention.write, start);
      for (let k = 0; k < intervention.rank; k++) {
        for (let i = 0; i < width; i++) read[start + i * rank + k] = intervention.read[k * width + i]!;
      }
    });
    feeds[hookPorts.read(layer)] = new Tensor('float32', read, [batch, width, rank]);
    feeds[hookPorts.write(layer)] = new Tensor('float32', write, [batch, rank, width]);
  }
  return feeds;
}

function stackBiases(here: readonly (LayerIntervention | null)[], width: number): Float32Array {
  const biases = new Float32Array(here.length * width);
  here.forEach((intervention, row) => {
    if (intervention) biases.set(intervention.bias, row * width);
  });
  return biases;
}
