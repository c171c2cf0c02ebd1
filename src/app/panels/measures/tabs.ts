import type { PanelTab } from '../TabbedPanel.js';
import { QualityPanel } from './quality/QualityPanel.js';

/** Ways to measure what steering does. To add one: a file (or a folder) here with its panel, and its lines below, in this order:
 * find, sweep, quality, scan, lens, compounding. */
export const measureTabs: readonly PanelTab[] = [{ name: 'quality', label: 'Quality', Panel: QualityPanel }];
