import type { PanelTab } from '../TabbedPanel.js';
import { CompoundingPanel } from './compounding/CompoundingPanel.js';

/** Ways to measure what steering does. To add one: a file (or a folder) here with its panel, and its lines below, in this order:
 * find, sweep, quality, scan, lens, compounding. */
export const measureTabs: readonly PanelTab[] = [
  { name: 'compounding', label: 'Compounding', Panel: CompoundingPanel },
];
