import type { FittedDirection } from './direction.js';

const known = new WeakMap<FittedDirection, string>();

/**
 * A direction by its values: two that change texts alike have the same one, whenever and wherever they were found or imported. FNV-1a
 * (Fowler, Noll and Vo) over bytes, from two beginnings; it tells apart what a user has, and is no protection against anybody.
 */
export function fingerprintOf(direction: FittedDirection): string {
  const before = known.get(direction);
  if (before !== undefined) return before;
  let [one, two] = [0x811c9dc5, 0x1b873593];
  const takeAll = (values: Float32Array): void => {
    for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) {
      one = Math.imul(one ^ byte, 0x01000193);
      two = Math.imul(two ^ byte, 0x01000193);
    }
  };
  for (const { layer, vector, scale, residualNorm, means, transport, positions = [] } of direction.layers) {
    takeAll(Float32Array.of(layer, scale, residualNorm, means?.positive ?? NaN, means?.negative ?? NaN));
    takeAll(vector);
    for (const values of transport ? [transport.scale, transport.shift] : []) takeAll(values);
    for (const position of positions) {
      takeAll(position.vector);
      takeAll(Float32Array.of(position.scale));
    }
  }
  const words = [one, two].map((lane) => (lane >>> 0).toString(16).padStart(8, '0'));
  const print = [direction.hook, direction.layers.length, ...words].join(' ');
  known.set(direction, print);
  return print;
}
