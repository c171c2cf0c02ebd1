/** Two-sided 95 % points of Student's t with 1, 2, 3 and 4 degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.2). */
const fewDegrees = [12.706205, 4.302653, 3.182446, 2.776445];
const normalPoint = 1.959964;

/**
 * The 95 % interval of a mean by Student's t, for values that are independent of each other.
 *
 * @returns null for fewer than two values
 */
export function meanInterval(values: readonly number[]): readonly [number, number] | null {
  const count = values.length;
  if (count < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const reach = studentPoint(count - 1) * Math.sqrt(variance / count);
  return [mean - reach, mean + reach];
}

/** t with P(|T| < t) = 0.95; from five degrees of freedom on by the expansion of Abramowitz and Stegun, 26.7.5. */
export function studentPoint(degrees: number): number {
  const z = normalPoint;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ];
  return fewDegrees[degrees - 1] ?? terms.reduce((sum, term, power) => sum + term / degrees ** (power + 1), z);
}
