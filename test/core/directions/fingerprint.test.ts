import { expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/core/directions/fingerprint.js';
import type { FittedDirection, LayerDirection } from '../../../src/core/directions/direction.js';
import { fitted } from '../formats/valid-document.js';

const changed = (change: (layer: LayerDirection) => Partial<LayerDirection>): FittedDirection => {
  const { layers, ...rest } = fitted(1);
  return { ...rest, layers: layers.map((layer, at) => (at === 2 ? { ...layer, ...change(layer) } : layer)) };
};

it('is that of the values, not of the object', () => {
  expect(fingerprintOf(fitted(1))).toBe(fingerprintOf(structuredClone(fitted(1))));
  // Also where the vector is a part of a larger buffer.
  const part = changed(({ vector }) => ({ vector: Float32Array.of(0, ...vector, 0).subarray(1, vector.length + 1) }));
  expect(fingerprintOf(part)).toBe(fingerprintOf(fitted(1)));
});

it.each<[string, FittedDirection]>([
  ['another vector', fitted(2)],
  ['a turned vector', changed(({ vector }) => ({ vector: vector.map((it) => -it) }))],
  ['a swapped pair', changed(({ vector }) => ({ vector: vector.map((_, at) => vector[at ^ 1]!) }))],
  ['another length', changed(({ scale }) => ({ scale: 2 * scale }))],
  ['other residuals', changed(({ residualNorm }) => ({ residualNorm: 2 * residualNorm }))],
  ['sides', changed(() => ({ means: { positive: 1, negative: -1 } }))],
  ['a map', changed(({ vector }) => ({ transport: { scale: vector, shift: vector } }))],
  ['positions', changed(({ vector }) => ({ positions: [{ vector, scale: 1 }] }))],
  ['a layer less', { ...fitted(1), layers: fitted(1).layers.slice(1) }],
  ['another hook', { ...fitted(1), hook: 'resid_pre' }],
])('is another one for %s', (_, other) => {
  expect(fingerprintOf(other)).not.toBe(fingerprintOf(fitted(1)));
});
