import { expect, test } from 'vitest';
import { slerpCurve } from '../../../src/core/onnx/slerpCurve.js';

test('the polynomials say slerp’s two factors to float32’s resolution, for every share and angle', () => {
  let largest = 0;
  for (let share = 0; share <= 1; share += 0.01) {
    const { constants, powers } = slerpCurve(share);
    for (let angle = 0.01; angle < 3.1; angle += 0.01) {
      const a = Math.cos(angle / 2);
      const [c, s] = [0, 1].map((of) =>
        powers.reduce((sum, pair, k) => sum + pair[of]! * (2 * a - 1) ** (k + 1), constants[of]!),
      );
      largest = Math.max(largest, Math.abs(c! + 1 - Math.cos(share * angle)));
      // S/(2a) = sin(tΩ)/sin Ω, times what it is multiplied by, which is at most sin Ω.
      largest = Math.max(largest, Math.abs((s! / (2 * a)) * Math.sin(angle) - Math.sin(share * angle)));
    }
  }
  expect(largest).toBeLessThan(2e-7);
});

test('a share of 0 is exactly nothing', () => {
  const { constants, powers } = slerpCurve(0);
  expect([...constants, ...powers.flat()].every((value) => value === 0)).toBe(true);
});
