import { hookPorts } from '../../core/onnx/hooks.js';
import type { LayerIntervention } from '../../core/steering/intervention.js';
import type { Feeds, TensorConstructor } from '../runtime/ort.js';

/**
 * The steering inputs of a batch, one set of interventions a row: b [B, L, d], U [B, d, L·K] and V [B, L·K, d], where K
 * is the highest rank among all rows and layers and at least 1. Made once for a plan and a batch.
 */
export function steeringFeeds(
  rows: readonly (readonly LayerIntervention[])[],
  layers: number,
  width: number,
  Tensor: TensorConstructor,
): Feeds {
  const batch = rows.length;
  const rank = Math.max(1, ...rows.flat().map((intervention) => intervention.rank));
  const columns = layers * rank;
  const bias = new Float32Array(batch * layers * width);
  const read = new Float32Array(batch * width * columns);
  const write = new Float32Array(batch * columns * width);
  rows.forEach((interventions, row) => {
    for (const intervention of interventions) {
      const first = intervention.layer * rank;
      bias.set(intervention.bias, (row * layers + intervention.layer) * width);
      write.set(intervention.write, (row * columns + first) * width);
      for (let k = 0; k < intervention.rank; k++) {
        for (let i = 0; i < width; i++) {
          read[(row * width + i) * columns + first + k] = intervention.read[k * width + i]!;
        }
      }
    }
  });
  return {
    [hookPorts.bias]: new Tensor('float32', bias, [batch, layers, width]),
    [hookPorts.read]: new Tensor('float32', read, [batch, width, columns]),
    [hookPorts.write]: new Tensor('float32', write, [batch, columns, width]),
  };
}
