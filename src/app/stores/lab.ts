import { create } from 'zustand';
import type { CovariancePart } from '../../core/covariance/covariance.js';

/** What the covariance tab of the lab shows. */
export interface CovarianceView {
  readonly quantity: 'covariance' | 'correlation';
  readonly part: CovariancePart;
  readonly axes: 'coordinates' | 'components' | 'directions';
  readonly whitened: boolean;
}

/** What the weights tab of the lab shows. */
export interface WeightsView {
  /** Whether what reads the residual through a norm is taken times the norm's gain. */
  readonly throughGain: boolean;
  /** Name of the dictionary whose features are listed; null for none. */
  readonly dictionary: string | null;
}

export interface Lab {
  /** Layer that the lab looks at; null: the last one that the selected direction is applied at. */
  readonly layer: number | null;
  readonly covariance: CovarianceView;
  readonly weights: WeightsView;
}

export const useLab = create<Lab>()(() => ({
  layer: null,
  covariance: { quantity: 'correlation', part: 'total', axes: 'coordinates', whitened: false },
  weights: { throughGain: true, dictionary: null },
}));

export function changeCovariance(change: Partial<CovarianceView>): void {
  useLab.setState((state) => ({ covariance: { ...state.covariance, ...change } }));
}

export function changeWeights(change: Partial<WeightsView>): void {
  useLab.setState((state) => ({ weights: { ...state.weights, ...change } }));
}
