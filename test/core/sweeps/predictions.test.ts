import { expect, it } from 'vitest';
import { klFromLogits, logSoftmax } from '../../../src/core/measures/index.js';
import { compared, logOddsOf } from '../../../src/core/sweeps/predictions.js';
import { logTotal } from '../../../src/core/tensors/log-total.js';

/** Probabilities 1/2, 1/4, 1/8, 1/8 and 1/4 each, up to a constant that no measure may see. */
const p = Float32Array.from([0.5, 0.25, 0.125, 0.125], (share) => Math.log(share) + 3);
const q = Float32Array.from([0.25, 0.25, 0.25, 0.25], (share) => Math.log(share) - 20);

it('KL and totals are those of probabilities that are known', () => {
  const { total, kl } = compared(p, q, logTotal(q));
  expect(total).toBeCloseTo(3, 6);
  expect(logTotal(q)).toBeCloseTo(-20, 5);
  // ½ ln 2 + ¼ ln 1 + 2 · ⅛ ln ½
  expect(kl).toBeCloseTo(0.25 * Math.LN2, 6);
  expect(compared(p, p, logTotal(p)).kl).toBeCloseTo(0, 12);
});

it('KL is the one that comparisons show', () => {
  const wave = (shift: number) => Float32Array.from({ length: 4096 }, (_, id) => 9 * Math.sin(id * 0.37 + shift));
  for (const shift of [0, 0.01, 1, 3]) {
    const [steered, plain] = [wave(shift), wave(0)];
    expect(compared(steered, plain, logTotal(plain)).kl).toBeCloseTo(klFromLogits(steered, plain), 8);
    expect(logTotal(steered)).toBeCloseTo(steered[7]! - logSoftmax(steered)[7]!, 8);
  }
});

it('totals are exact from certainty to evenness, and where weights vanish', () => {
  for (const spread of [0, 1e-6, 0.37, 5, 80, 900]) {
    const logits = Float32Array.from({ length: 2001 }, (_, id) => (-spread * id) / 2000);
    const exact = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    expect(Math.abs(logTotal(logits) - exact), String(spread)).toBeLessThan(1e-9);
  }
});

it('a logit that is not finite shows', () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    const { total, kl } = compared(Float32Array.of(0, value, 1), Float32Array.of(0, 0, 0), Math.log(3));
    expect(Number.isFinite(total + kl)).toBe(false);
  }
});

it('log-odds are of the named tokens, or against all others', () => {
  const total = logTotal(p);
  expect(logOddsOf(p, total, { toward: [0], away: [1] })).toBeCloseTo(Math.LN2, 6);
  expect(logOddsOf(p, total, { toward: [2, 3], away: [0] })).toBeCloseTo(-Math.LN2, 6);
  expect(logOddsOf(p, total, { toward: [0], away: [] })).toBeCloseTo(0, 6);
  expect(logOddsOf(p, total, { toward: [1], away: [] })).toBeCloseTo(-Math.log(3), 6);
  // 1 − p would be zero in double: e⁻⁵⁰ is what is left.
  const certain = Float32Array.of(50, 0);
  expect(logOddsOf(certain, logTotal(certain), { toward: [0], away: [] })).toBeCloseTo(50, 6);
});
