import type { ComponentType } from 'react';
import { CosinesPanel } from './CosinesPanel.js';
import { CovariancePanel } from './CovariancePanel.js';
import { PlanePanel } from './PlanePanel.js';
import { WeightsPanel } from './WeightsPanel.js';

/** A way to look at directions. To add one: a file in this folder with its panel, and its lines below. */
export interface LabTab {
  readonly name: string;
  /** For people, on the tab. */
  readonly label: string;
  readonly Panel: ComponentType;
}

export const labTabs: readonly LabTab[] = [
  { name: 'plane', label: 'Plane', Panel: PlanePanel },
  { name: 'covariance', label: 'Covariance', Panel: CovariancePanel },
  { name: 'cosines', label: 'Cosines', Panel: CosinesPanel },
  { name: 'weights', label: 'Weights', Panel: WeightsPanel },
];
