import { useView } from '../../stores/view.js';
import { TabbedPanel } from '../TabbedPanel.js';
import { measureTabs } from './tabs.js';

/** Which layer, how strong, and at what cost. */
export function MeasuresPanel() {
  const chosen = useView((state) => state.measureTab);
  return (
    <TabbedPanel
      label="Measures"
      tabs={measureTabs}
      chosen={chosen}
      onChoose={(measureTab) => useView.setState({ measureTab })}
    />
  );
}
