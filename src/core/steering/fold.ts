import { addScaled, dot, type Numbers } from '../tensors/vector.js';

/**
 * An affine map of the residual x that is made step by step and kept as parts: y = x + D∘x + b + Σ_k (u_k·x) w_k. Whatever
 * a later step reads off y is pulled back to x, so that the hook reads x alone. In double.
 */
export class AffineFold {
  /** b, [d] */
  readonly bias: Float64Array;
  /** D, [d]; null: zeros */
  diagonal: Float64Array | null = null;
  /** u_k and w_k, [d] each. */
  readonly read: Float64Array[] = [];
  readonly write: Float64Array[] = [];

  constructor(readonly width: number) {
    this.bias = new Float64Array(width);
  }

  /** y ← y + amount·v */
  add(vector: Numbers, amount = 1): void {
    addScaled(this.bias, vector, amount);
  }

  /** x ← x + d∘x, where nothing was written yet: the first step. */
  stretch(diagonal: Float64Array): void {
    this.diagonal ??= new Float64Array(this.width);
    addScaled(this.diagonal, diagonal, 1);
  }

  /** y ← y + Σ (f·y) w, every f reading the y of before. */
  rewrite(changes: readonly { readonly read: Numbers; readonly write: Numbers }[]): void {
    const pulled = changes.map(({ read }) => this.pullBack(read));
    changes.forEach(({ write }, index) => {
      const { row, constant } = pulled[index]!;
      this.read.push(row);
      this.write.push(Float64Array.from(write));
      this.add(write, constant);
    });
  }

  /** f·y as a row and a constant of x: f·y = row·x + constant. */
  private pullBack(functional: Numbers): { readonly row: Float64Array; readonly constant: number } {
    const { diagonal } = this;
    const row = Float64Array.from(functional, (value, i) => value * (1 + (diagonal?.[i] ?? 0)));
    this.read.forEach((read, k) => addScaled(row, read, dot(functional, this.write[k]!)));
    return { row, constant: dot(functional, this.bias) };
  }
}
