import type { FittedDirection } from './direction.js';

/** The direction's unit vector [d] at each of a model's layers, in layer order; null where it has none. */
export function vectorsByLayer(
  { layers }: Pick<FittedDirection, 'layers'>,
  count: number,
): readonly (Float32Array | null)[] {
  const vectors = Array.from<unknown, Float32Array | null>({ length: count }, () => null);
  for (const { layer, vector } of layers) vectors[layer] = vector;
  return vectors;
}
