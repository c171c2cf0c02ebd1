import type { PanelTab } from '../TabbedPanel.js';
import { CosinesPanel } from './CosinesPanel.js';
import { CovariancePanel } from './CovariancePanel.js';
import { PlanePanel } from './PlanePanel.js';
import { WeightsPanel } from './WeightsPanel.js';

/** Ways to look at directions. To add one: a file in this folder with its panel, and its lines below. */
export const labTabs: readonly PanelTab[] = [
  { name: 'plane', label: 'Plane', Panel: PlanePanel },
  { name: 'covariance', label: 'Covariance', Panel: CovariancePanel },
  { name: 'cosines', label: 'Cosines', Panel: CosinesPanel },
  { name: 'weights', label: 'Weights', Panel: WeightsPanel },
];
