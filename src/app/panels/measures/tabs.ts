import type { PanelTab } from '../TabbedPanel.js';
import { FindPanel } from './find/FindPanel.js';
import { SweepPanel } from './sweep/SweepPanel.js';

/** Ways to measure what steering does. To add one: a file (or a folder) here with its panel, and its lines below, in this order:
 * find, sweep, quality, scan, lens, compounding. */
export const measureTabs: readonly PanelTab[] = [
  { name: 'find', label: 'Find', Panel: FindPanel },
  { name: 'sweep', label: 'Sweep', Panel: SweepPanel },
];
