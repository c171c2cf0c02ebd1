import { useView } from '../../stores/view.js';
import { TabbedPanel } from '../TabbedPanel.js';
import { labTabs } from './tabs.js';

/** Where directions are looked at, drawn and taken apart. */
export function LabPanel() {
  const chosen = useView((state) => state.labTab);
  return (
    <TabbedPanel
      label="Direction lab"
      tabs={labTabs}
      chosen={chosen}
      onChoose={(labTab) => useView.setState({ labTab })}
    />
  );
}
