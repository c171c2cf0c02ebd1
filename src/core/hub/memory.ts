import type { ModelFacts } from './kind.js';

/** Tokens that a usual conversation holds; caches are estimated for as many. */
export const typicalContext = 1024;

/**
 * What engine and page need besides the weights, bytes. Measured with the weights' factor of two: opening 481 MB of fp32 on
 * WASM took a renderer of 1.33 GB at its peak (2 × 481 MB + 370 MB). Smaller models need less of it (a tenth of their size more
 * than the constant), so small estimates are on the safe side.
 */
const engine = 370e6;

/** Rows of logits that are held at once while a prompt is read. */
const logitRows = 64;

/**
 * Estimated peak of memory while a model is opened and used, bytes:
 *
 *     bytes of the files (as read)  +  bytes of the weights in the session  +  caches  +  logits  +  engine and page
 *
 * caches = 2 · L · key heads · head length · {@link typicalContext} · 2 rows · bytes of a float;
 * logits = 64 rows · vocabulary · 4. Half floats have no CPU kernels: there they become fp32, twice their size.
 *
 * @param bytes of graph and external data
 */
export function estimateMemory(device: 'wasm' | 'webgpu', dtype: string, bytes: number, facts: ModelFacts): number {
  return Math.round(bytes + sessionBytes(device, dtype, bytes, facts) + engine);
}

/** What the session alone holds; on WASM this has to fit into one memory of 4 GB. */
export function sessionBytes(device: 'wasm' | 'webgpu', dtype: string, bytes: number, facts: ModelFacts): number {
  const halved = dtype === 'fp16' || dtype === 'q4f16';
  const weights = device === 'wasm' && dtype === 'fp16' ? 2 * bytes : bytes;
  const { layers, keyHeads, headLength, vocabulary } = facts;
  const cacheFloat = halved ? 2 : 4;
  const caches = 2 * (layers ?? 0) * (keyHeads ?? 0) * (headLength ?? 0) * typicalContext * 2 * cacheFloat;
  return weights + caches + logitRows * (vocabulary ?? 0) * 4;
}

/** Bytes in the unit that people read: 12 MB, 1.4 GB. */
export function inWords(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}
