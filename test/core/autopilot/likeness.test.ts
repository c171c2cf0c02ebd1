import { expect, it } from 'vitest';
import { likenessOfArms, likenessOfDirections } from '../../../src/core/autopilot/likeness.js';
import type { FittedDirection } from '../../../src/core/directions/direction.js';

/** Unit vectors in a plane, at one angle a layer. */
function turned(degrees: readonly number[], first = 0): FittedDirection {
  return {
    model: { id: 'toy', revision: null, dtype: 'fp32', family: 'llama', layers: 8, width: 2 },
    hook: 'resid_post',
    source: { method: 'mean-difference', options: {}, texts: null },
    layers: degrees.map((angle, index) => ({
      layer: first + index,
      vector: Float32Array.of(Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)),
      scale: 1,
      residualNorm: 1,
      separation: null,
    })),
  };
}

it('is exp(−distance) of unit vectors, mean over the layers that both have', () => {
  // Unit vectors at an angle of 60° are one apart, at 180° two.
  expect(likenessOfDirections(turned([0]), turned([60]))).toBeCloseTo(Math.exp(-1), 6);
  expect(likenessOfDirections(turned([0, 0]), turned([60, 180]))).toBeCloseTo((Math.exp(-1) + Math.exp(-2)) / 2, 6);
  expect(likenessOfDirections(turned([0, 0]), turned([0, 60], 1))).toBeCloseTo(1, 6);
  expect(likenessOfDirections(turned([0]), turned([0], 1))).toBe(0);
});

it('of arms falls off with the distance of the places, and across methods', () => {
  const likeness = likenessOfArms(10, (a, b) => (a === b ? 1 : 0.5));
  const at = (from: number, to = from, method = 'm') => ({ method, layers: [from, to] as const });
  expect(likeness(at(3), at(3))).toBe(1);
  expect(likeness(at(3), at(3, 3, 'n'))).toBe(0.5);
  // 1.5 layers of ten are the kernel's length.
  expect(likeness(at(3, 4), at(5))).toBeCloseTo(Math.exp(-0.5 * ((1.5 ** 2 + 0.5 ** 2) / 1.5 ** 2)), 12);
  expect(likeness(at(0), at(9))).toBeLessThan(1e-6);
});
