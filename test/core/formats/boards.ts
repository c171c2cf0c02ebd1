import type { FittedDirection } from '../../../src/core/directions/direction.js';
import type { Application, Board } from '../../../src/core/formats/index.js';
import { uniformSource } from '../../../src/core/tensors/random.js';
import { fitted } from './valid-document.js';

export const add: Application = {
  enabled: true,
  operator: 'add',
  strength: 0.5,
  layers: { from: 1, to: 2 },
  scope: { prompt: true, generated: true },
};

export function boardOf(plan: Partial<Application> = {}, change: Partial<FittedDirection> = {}, name = 'happy'): Board {
  return {
    directions: [{ name, direction: { ...fitted(1), ...change }, plan: { ...add, ...plan } }],
    steerSpecialTokens: false,
  };
}

/** Numbers that a careless writer spoils: −0, subnormals, the largest, next to random bits that are finite. */
export function awkwardVector(length: number, seed: number): Float32Array {
  const uniform = uniformSource(seed);
  const bits = Uint32Array.from({ length }, () => Math.floor(uniform() * 0x7f7fffff) + (uniform() < 0.5 ? 2 ** 31 : 0));
  const values = new Float32Array(bits.buffer);
  values.set([-0, 1e-45, -1.1754942e-38, 3.4028234e38, -3.4028234e38, 1.17549435e-38], 0);
  return values;
}

export function bitsOf(values: Float32Array): number[] {
  return [...new Uint32Array(Float32Array.from(values).buffer)];
}
