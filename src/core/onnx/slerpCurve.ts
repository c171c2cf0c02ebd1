/**
 * The two functions of an angle that slerp takes, as polynomials. The graph has no sine or arc cosine: WGSL promises of them
 * no more than 2⁻¹¹, which would show in every residual.
 *
 * With Ω the angle from ŷ to v̂, c = cos Ω and a = cos(Ω/2) = √((1 + c)/2),
 *
 *     ‖y‖·slerp(ŷ, v̂, t) = cos(tΩ) y + (sin(tΩ)/sin Ω)(‖y‖ v̂ − c y),      sin(tΩ)/sin Ω = S(a)/(2a)
 *
 * where C(a) = cos(2t·acos a) and S(a) = sin(2t·acos a)/sin(acos a) are analytic on 0 ≤ a ≤ 1: the roots of acos cancel at
 * a = 1, and the next singular point is a = −1. In z = 2a − 1, which runs over −1…1, that is z = −3, so the
 * coefficients fall like (3 + √8)⁻ᵏ, and degree 8 leaves less than float32 resolves.
 */
import { Matrix, solve } from 'ml-matrix';
import { curveDegree } from './hooks.js';

export interface SlerpCurve {
  /** Of C − 1 and S. */
  readonly constants: readonly [number, number];
  /** Coefficients of z¹ … z^degree of both, [degree][2]. */
  readonly powers: readonly (readonly [number, number])[];
}

/** Interpolates in the Chebyshev points. With t = 0 everything is exactly 0. */
export function slerpCurve(share: number): SlerpCurve {
  const points = Array.from({ length: curveDegree + 1 }, (_, k) => Math.cos(((k + 0.5) / (curveDegree + 1)) * Math.PI));
  const powersOf = (z: number) => points.map((_, power) => z ** power);
  const values = points.map((z) => {
    const half = Math.acos((z + 1) / 2); // Ω/2
    return [Math.cos(2 * share * half) - 1, Math.sin(2 * share * half) / Math.sin(half)];
  });
  const coefficients = solve(new Matrix(points.map(powersOf)), new Matrix(values)); // [degree + 1, 2]
  const pair = (power: number) => [coefficients.get(power, 0), coefficients.get(power, 1)] as const;
  return { constants: pair(0), powers: Array.from({ length: curveDegree }, (_, k) => pair(k + 1)) };
}
