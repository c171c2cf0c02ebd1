import type { ModelShape } from '../../core/model.js';
import { dotOfParts } from '../../core/tensors/vector.js';
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
    norms[layer] = normAt(residuals, start, width);
    probes.forEach((probe, index) => {
      const vector = probe.vectors[layer];
      projections[index * layers + layer] = vector ? dotOfParts(residuals, start, vector, 0, width) : NaN;
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

/** Norm of the residual that begins at an index. */
export function normAt(residuals: Float32Array, start: number, width: number): number {
  return Math.sqrt(dotOfParts(residuals, start, residuals, start, width));
}
