/** Student's t distribution, for intervals of means of few values. */

/**
 * P(|T| ≤ t) for a whole number of degrees of freedom ν, exactly: Abramowitz and Stegun 26.7.3 (ν odd) and 26.7.4 (ν even).
 */
function within(t: number, degrees: number): number {
  const angle = Math.atan2(t, Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < degrees; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

/** The t within ± which a share of Student's distribution lies: `studentReach(0.95, 3)` is 3.18. By bisection. */
export function studentReach(share: number, degrees: number): number {
  if (!(degrees >= 1)) return Infinity;
  let high = 1;
  while (within(high, degrees) < share) high *= 2;
  let low = 0;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (within(middle, degrees) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
