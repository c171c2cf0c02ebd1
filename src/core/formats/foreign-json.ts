/** What other tools' JSON has in common: vectors as plain numbers, and layers as keys. */
import { z } from 'zod';
import { float32Schema } from './bounds.js';

/** Numbers of any norm, rounded to float32; a number beyond float32 is refused. */
export const floatNumbers = z
  .array(float32Schema)
  .min(1)
  .max(1_000_000)
  .transform((values) => Float32Array.from(values));

/** {"<layer>": vector} as a list in ascending order of layer. */
export function layerKeys(vector: typeof floatNumbers) {
  return z
    .record(z.string().regex(/^\d{1,6}$/), vector)
    .transform((byLayer) =>
      Object.entries(byLayer)
        .map(([layer, values]) => ({ layer: Number(layer), vector: values }))
        .sort((a, b) => a.layer - b.layer),
    )
    .refine((layers) => layers.length > 0, 'has no layer');
}
