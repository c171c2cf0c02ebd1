import { create } from 'zustand';
import type { ScanQuantity } from '../../core/scan/figures.js';

/** What the scan tab of the measures reads, and how it is shown. */
export interface Scan {
  readonly text: string;
  /** Whether every line is a text of its own. */
  readonly byLine: boolean;
  /** Null: the selected direction. */
  readonly directionId: string | null;
  /** `score` by itself: it says how far a token goes towards the direction's sides. The cosine is taken where there is none. */
  readonly quantity: ScanQuantity;
  /** Null: the layer of the tints. */
  readonly layer: number | null;
}

export const firstScan: Scan = { text: '', byLine: false, directionId: null, quantity: 'score', layer: null };

export const useScan = create<Scan>()(() => firstScan);
