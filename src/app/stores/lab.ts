import { create } from 'zustand';
import type { CovariancePart } from '../../core/covariance/covariance.js';

/** What the covariance tab of the lab shows. */
export interface CovarianceView {
  readonly quantity: 'covariance' | 'correlation';
  readonly part: CovariancePart;
  readonly axes: 'coordinates' | 'components' | 'directions';
  readonly whitened: boolean;
}

export interface Lab {
  /** Layer that the lab looks at; null: the last one that the selected direction is applied at. */
  readonly layer: number | null;
  readonly covariance: CovarianceView;
}

export const useLab = create<Lab>()(() => ({
  layer: null,
  covariance: { quantity: 'correlation', part: 'total', axes: 'coordinates', whitened: false },
}));

export function changeCovariance(change: Partial<CovarianceView>): void {
  useLab.setState((state) => ({ covariance: { ...state.covariance, ...change } }));
}
