import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import type { Likeness } from './likeness.js';
import type { Arm } from './trial.js';

/** How much more of the effect an arm seems to have, and from how many texts that is read. */
export interface Seen {
  readonly arm: Arm;
  readonly effect: number;
  readonly texts: number;
}

/** How much an arm should have, and by how much that may be off: a standard deviation. */
export interface Expected {
  readonly effect: number;
  readonly deviation: number;
}

/** Variances between arms that are thought of, over that of what was seen; the likeliest is taken. */
const spreads = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2];
/** Texts are never quite alike, so that no matrix is singular: least noise, in variances of what was seen. */
const leastNoise = 1e-4;

/**
 * What arms do, with what is seen of their neighbours taken into account: a few texts of one arm are mostly luck, but
 * layers beside each other do similar things, and methods that find similar directions too. The posterior of a Gaussian
 * process (Rasmussen and Williams 2006, eqs. 2.25 and 2.26) around the mean of all arms; the variance of its kernel is the one of
 * largest marginal likelihood (eq. 5.8).
 *
 * @param wanted arms to speak of, seen or not
 * @param noise variance of the effect of one text
 * @returns in the order of `wanted`
 */
export function amongNeighbours(
  seen: readonly Seen[],
  wanted: readonly Arm[],
  noise: number,
  likeness: Likeness,
): readonly Expected[] {
  if (seen.length === 0 || wanted.length === 0) return [];
  const effects = seen.map(({ effect }) => effect);
  const middle = sum(effects) / seen.length;
  const scatter = sum(effects.map((effect) => (effect - middle) ** 2)) / seen.length;
  if (!(scatter > 0)) return wanted.map(() => ({ effect: middle, deviation: 0 }));
  const alike = (arms: readonly Arm[]): Matrix => new Matrix(arms.map((a) => seen.map((b) => likeness(a, b.arm))));
  const among = alike(seen.map(({ arm }) => arm));
  const chance = Matrix.diag(seen.map(({ texts }) => Math.max(noise, leastNoise * scatter) / texts));
  const [best] = spreads
    .map((spread) => processOf(among, chance, effects, spread * scatter))
    .sort((a, b) => b.likelihood - a.likelihood);
  const { variance, mean, weights, cholesky } = best!;
  const across = alike(wanted).mul(variance);
  const solved = cholesky.solve(across.transpose());
  return wanted.map((_, at) => {
    const row = across.getRow(at);
    const known = sum(row.map((value, one) => value * solved.get(one, at)));
    return {
      effect: mean + sum(row.map((value, one) => value * weights[one]!)),
      deviation: Math.sqrt(Math.max(0, variance - known)),
    };
  });
}

/** A process of one variance: its mean by generalised least squares, and the log likelihood of the effects, but for a constant. */
function processOf(among: Matrix, chance: Matrix, effects: readonly number[], variance: number) {
  const cholesky = new CholeskyDecomposition(Matrix.mul(among, variance).add(chance));
  const solved = cholesky.solve(new Matrix(effects.map((effect) => [effect, 1])));
  const ofOnes = solved.getColumn(1);
  const mean = sum(solved.getColumn(0)) / sum(ofOnes);
  const weights = solved.getColumn(0).map((value, one) => value - mean * ofOnes[one]!);
  const misfit = sum(weights.map((weight, one) => weight * (effects[one]! - mean)));
  const logDeterminant = 2 * sum(cholesky.lowerTriangularMatrix.diagonal().map(Math.log));
  return { variance, mean, weights, cholesky, likelihood: -(misfit + logDeterminant) / 2 };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
