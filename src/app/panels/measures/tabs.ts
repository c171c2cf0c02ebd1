import type { PanelTab } from '../TabbedPanel.js';
import { CompoundingPanel } from './compounding/CompoundingPanel.js';
import { FindPanel } from './find/FindPanel.js';
import { LensPanel } from './lens/LensPanel.js';
import { QualityPanel } from './quality/QualityPanel.js';
import { ScanPanel } from './scan/ScanPanel.js';
import { SweepPanel } from './sweep/SweepPanel.js';

/** Ways to measure what steering does. To add one: a file (or a folder) here with its panel, and its lines below. */
export const measureTabs: readonly PanelTab[] = [
  { name: 'find', label: 'Find', Panel: FindPanel },
  { name: 'sweep', label: 'Sweep', Panel: SweepPanel },
  { name: 'quality', label: 'Quality', Panel: QualityPanel },
  { name: 'scan', label: 'Scan', Panel: ScanPanel },
  { name: 'lens', label: 'Logit lens', Panel: LensPanel },
  { name: 'compounding', label: 'Compounding', Panel: CompoundingPanel },
];
