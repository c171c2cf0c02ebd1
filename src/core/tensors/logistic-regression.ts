import { conjugateGradients } from './conjugate-gradients.js';
import { addScaled, dot, meanOf, norm, type Numbers } from './vector.js';

/** Newton steps at most; far more than are ever needed. */
const mostNewton = 100;
/** The gradient's norm, against that at the beginning, at which it is solved. */
const solved = 1e-8;

/**
 * Weights w [d] of an L2-regularised logistic regression: the smallest ½‖w‖² + C Σᵢ log(1 + exp(−yᵢ(w·xᵢ + b))), the
 * intercept b free, y = 1 for `positive` and −1 for `negative`. The same as scikit-learn's `LogisticRegression(C)`.
 *
 * Newton's method, each step by conjugate gradients, so that no d × d matrix is made; halved until it descends.
 */
export function logisticWeights(
  positive: readonly Numbers[],
  negative: readonly Numbers[],
  inverseRegularisation: number,
): Float64Array {
  const problem = new LogisticProblem(positive, negative, inverseRegularisation);
  const at = new Float64Array(problem.size); // w and b
  let { loss, gradient, curvature } = problem.evaluate(at);
  const first = norm(gradient);
  for (let newton = 0; newton < mostNewton && norm(gradient) > solved * first; newton++) {
    // Solved ever more exactly as the gradient gets small, Newton converges superlinearly (Nocedal and Wright, 7.1).
    const rest = Math.min(0.1, Math.sqrt(norm(gradient) / first)) * norm(gradient);
    const step = conjugateGradients((vector) => problem.hessianProduct(curvature, vector), gradient, rest);
    const slope = dot(gradient, step);
    let factor = 1;
    let next = moved(at, step, -factor);
    let there = problem.evaluate(next);
    while (there.loss > loss - 1e-4 * factor * slope && factor > 1e-10) {
      factor /= 2;
      next = moved(at, step, -factor);
      there = problem.evaluate(next);
    }
    // Within rounding of the loss nothing descends any more.
    if (!(there.loss <= loss)) break;
    at.set(next);
    ({ loss, gradient, curvature } = there);
  }
  return at.slice(0, -1);
}

class LogisticProblem {
  /** Number of unknowns: w and b. */
  readonly size: number;
  private readonly rows: readonly Float64Array[];
  private readonly sign: readonly number[];

  constructor(
    positive: readonly Numbers[],
    negative: readonly Numbers[],
    private readonly c: number,
  ) {
    const all = [...positive, ...negative];
    // Centred, the intercept hardly depends on w, and the Hessian is better conditioned; w is the same.
    const mean = meanOf(all);
    this.rows = all.map((row) => mean.map((value, i) => row[i]! - value));
    this.sign = [...positive.map(() => 1), ...negative.map(() => -1)];
    this.size = mean.length + 1;
  }

  /** `curvature`: σ(1 − σ) of each row, which is what the Hessian needs. */
  evaluate(at: Float64Array): { loss: number; gradient: Float64Array; curvature: Float64Array } {
    const last = this.size - 1;
    const gradient = Float64Array.from(at);
    gradient[last] = 0;
    let loss = (dot(at, at) - at[last]! ** 2) / 2;
    const curvature = new Float64Array(this.rows.length);
    this.rows.forEach((row, i) => {
      const margin = this.sign[i]! * (dot(row, at) + at[last]!);
      const wrong = 1 / (1 + Math.exp(margin));
      loss += this.c * (margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin);
      const pull = -this.c * this.sign[i]! * wrong;
      addRow(gradient, row, pull);
      gradient[last]! += pull;
      curvature[i] = wrong * (1 - wrong);
    });
    return { loss, gradient, curvature };
  }

  hessianProduct(curvature: Float64Array, vector: Float64Array): Float64Array {
    const last = this.size - 1;
    const product = Float64Array.from(vector);
    product[last] = 0;
    this.rows.forEach((row, i) => {
      const weight = this.c * curvature[i]! * (dot(row, vector) + vector[last]!);
      addRow(product, row, weight);
      product[last]! += weight;
    });
    return product;
  }
}

/** target += factor · row, over the row's length. */
function addRow(target: Float64Array, row: Float64Array, factor: number): void {
  for (let i = 0; i < row.length; i++) target[i]! += factor * row[i]!;
}

/** a + factor · b */
function moved(a: Float64Array, b: Float64Array, factor: number): Float64Array<ArrayBuffer> {
  const sum = Float64Array.from(a);
  addScaled(sum, b, factor);
  return sum;
}
