import type { Numbers } from '../tensors/vector.js';
import type { Measure } from './measure.js';

export const additivityMeasure: Measure = {
  name: 'additivity',
  label: 'Additivity error',
  unit: 'share of the change',
  description:
    '‖Δ(2s·v) − 2Δ(s·v)‖ / ‖Δ(2s·v)‖, and of two directions ‖Δ(u + v) − Δ(u) − Δ(v)‖ / ‖Δ(u + v)‖, Δ the change of residuals or logits on the same text. 0: the model answers in proportion; 1: the prediction misses by as much as changed.',
};

/** ‖whole − Σ parts‖ / ‖whole‖ over rows that come one after the other. */
export class AdditivityError {
  private missed = 0;
  private changed = 0;

  /** @param parts each as long as `whole`; the same one may stand twice */
  add(whole: Numbers, parts: readonly Numbers[]): void {
    for (let i = 0; i < whole.length; i++) {
      let rest = whole[i]!;
      for (const part of parts) rest -= part[i]!;
      this.missed += rest * rest;
      this.changed += whole[i]! * whole[i]!;
    }
  }

  /** NaN where nothing changed. */
  get value(): number {
    return this.changed > 0 ? Math.sqrt(this.missed / this.changed) : NaN;
  }
}
