import { largestIndices } from '../tensors/selection.js';
import type { Numbers } from '../tensors/vector.js';
import type { Measure } from './measure.js';

export const promotionMeasure: Measure = {
  name: 'promotion',
  label: 'Promoted tokens',
  unit: 'nats',
  description:
    'Mean over a text’s positions of ln p(steered) − ln p(baseline) of the next token, both given the same text: 0.69 nats is twice as likely. Only tokens that either finds likelier than one in a thousand on average are listed.',
};

/** Mean probability, with or without the plan, from which a token is listed: the largest changes are of tokens that are never written. */
export const leastListed = 1e-3;

/** A token's mean change over positions. */
export interface Promotion {
  readonly id: number;
  /** Mean of ln p(steered) − ln p(baseline), nats. */
  readonly change: number;
  /** Mean probabilities. */
  readonly baseline: number;
  readonly steered: number;
}

/** Sums over positions what steering did to each token of the vocabulary. */
export class MeanPromotion {
  private readonly change: Float64Array;
  private readonly before: Float64Array;
  private readonly after: Float64Array;
  private positions = 0;

  constructor(vocabulary: number) {
    this.change = new Float64Array(vocabulary);
    this.before = new Float64Array(vocabulary);
    this.after = new Float64Array(vocabulary);
  }

  /** Log-probabilities [vocabulary] of one position; natural log. */
  add(baseline: Numbers, steered: Numbers): void {
    this.positions++;
    for (let id = 0; id < this.change.length; id++) {
      const [before, after] = [baseline[id]!, steered[id]!];
      // A token that is excluded in both does not change.
      if (before !== after) this.change[id]! += after - before;
      this.before[id]! += Math.exp(before);
      this.after[id]! += Math.exp(after);
    }
  }

  /** The most raised and the most lowered tokens, those that changed most first. */
  most(count: number): { readonly raised: readonly Promotion[]; readonly lowered: readonly Promotion[] } {
    const listed = (id: number): boolean => Math.max(this.before[id]!, this.after[id]!) >= leastListed * this.positions;
    const signed = (sign: number): readonly Promotion[] =>
      largestIndices(
        this.change.map((change, id) => (listed(id) && sign * change > 0 ? sign * change : 0)),
        count,
      ).flatMap((id) => (listed(id) && sign * this.change[id]! > 0 ? [this.of(id)] : []));
    return { raised: signed(1), lowered: signed(-1) };
  }

  private of(id: number): Promotion {
    const mean = (sums: Float64Array): number => sums[id]! / this.positions;
    return { id, change: mean(this.change), baseline: mean(this.before), steered: mean(this.after) };
  }
}
