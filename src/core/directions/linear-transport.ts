import type { Transport } from '../steering/plan.js';
import type { FinderInput, TextFinder } from './finder.js';
import { meanDifference } from './mean-difference.js';

/**
 * For each component the line h ↦ ωh + β that moves the negative side's values closest to where one-dimensional optimal
 * transport takes them, the sorted values of one side to those of the other: Linear-AcT of Rodriguez et al. 2410.23054.
 * As a direction, which is what is plotted and added, the mean difference.
 */
export const linearTransport: TextFinder = {
  name: 'linear-transport',
  label: 'Linear transport',
  description:
    'ωh + β for each component, fitted to the optimal transport from the negative to the positive side (Rodriguez et al. 2410.23054, AcT). Apply it with the operator of that name; as a direction it is the mean difference.',
  needs: 'texts',
  takes: ['pairs', 'lists', 'systems', 'personas'],
  fewest: 2,
  options: [
    {
      name: 'fit',
      label: 'Fit',
      hint: 'To every sorted value, or to means and standard deviations alone.',
      kind: 'choice',
      default: 'sorted',
      choices: [
        { value: 'sorted', label: 'Sorted values' },
        { value: 'gaussian', label: 'Gaussian' },
      ],
    },
  ],
  find: (input) => meanDifference.find(input),
  transport: ({ positive, negative, options }: FinderInput): Transport => {
    const width = positive[0]!.length;
    const transport = { scale: new Float32Array(width), shift: new Float32Array(width) };
    for (let i = 0; i < width; i++) {
      const line = lineBetween(component(negative, i), component(positive, i), options['fit'] === 'gaussian');
      transport.scale[i] = line.slope;
      transport.shift[i] = line.shift;
    }
    return transport;
  },
};

/** One component of every residual, ascending. */
function component(side: readonly Float32Array[], i: number): Float64Array {
  return Float64Array.from(side, (residual) => residual[i]!).sort();
}

/**
 * ω and β of b ≈ ωa + β for ascending values: β = mean b − ω mean a, and ω = cov(a, b)/var(a) over the transport's pairs, or
 * σ_b/σ_a for Gaussians. Where the sides have n and m values, each carries 1/n or 1/m, and the pairs share what overlaps.
 * Where a does not vary, nothing says how to stretch it: ω = 1.
 */
function lineBetween(a: Float64Array, b: Float64Array, gaussian: boolean): { slope: number; shift: number } {
  const meanA = meanValue(a);
  const meanB = meanValue(b);
  const varianceA = meanValue(a.map((value) => (value - meanA) ** 2));
  let slope = 1;
  if (varianceA > 0) {
    slope = gaussian
      ? Math.sqrt(meanValue(b.map((value) => (value - meanB) ** 2)) / varianceA)
      : transportCovariance(a, meanA, b, meanB) / varianceA;
  }
  return { slope, shift: meanB - slope * meanA };
}

/** Σ of the shared mass of each pair times (a − mean a)(b − mean b), walking up both sides. */
function transportCovariance(a: Float64Array, meanA: number, b: Float64Array, meanB: number): number {
  let covariance = 0;
  let from = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    // In whole units of 1/(n m), so that equal ends meet exactly.
    const endA = (i + 1) * b.length;
    const endB = (j + 1) * a.length;
    const end = Math.min(endA, endB);
    covariance += (end - from) * (a[i]! - meanA) * (b[j]! - meanB);
    from = end;
    if (endA === end) i++;
    if (endB === end) j++;
  }
  return covariance / (a.length * b.length);
}

function meanValue(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
