import { create } from 'zustand';

/** What the lens tab of the measures shows. */
export interface Lens {
  /** Whose predictions are in the cells; `difference`: the steered ones, tinted by how far they are from the unsteered. */
  readonly shows: 'baseline' | 'steered' | 'difference';
  /** Nats of KL above which the two states count as parted. */
  readonly threshold: number;
}

export const firstLens: Lens = { shows: 'difference', threshold: 0.1 };

export const useLens = create<Lens>()(() => firstLens);
