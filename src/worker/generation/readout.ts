import type { ModelShape } from '../../core/model.js';
import { dot, norm } from '../../core/tensors/vector.js';
import type { Probe, Readout } from '../../protocol/api.js';

/**
 * Norms [L] and projections [probes, L] of one token.
 * @param residuals [T, L·d], layer-major in the last axis
 */
export function readToken(
  residuals: Float32Array,
  position: number,
  probes: readonly Probe[],
  { layers, width }: Pick<ModelShape, 'layers' | 'width'>,
): Readout {
  const norms = new Float32Array(layers);
  const projections = new Float32Array(probes.length * layers);
  for (let layer = 0; layer < layers; layer++) {
    const start = (position * layers + layer) * width;
    const residual = residuals.subarray(start, start + width);
    norms[layer] = norm(residual);
    probes.forEach((probe, index) => {
      const vector = probe.vectors[layer];
      projections[index * layers + layer] = vector ? dot(residual, vector) : NaN;
    });
  }
  return { norms, projections };
}

/** The same for every token, [T]. */
export function readTokens(
  residuals: Float32Array,
  probes: readonly Probe[],
  shape: Pick<ModelShape, 'layers' | 'width'>,
): Readout[] {
  const count = residuals.length / (shape.layers * shape.width);
  return Array.from({ length: count }, (_, position) => readToken(residuals, position, probes, shape));
}
