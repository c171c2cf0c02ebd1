import { Tabs } from '@mantine/core';
import { useView } from '../../stores/view.js';
import { Guard } from '../Guard.js';
import { labTabs } from './tabs.js';

/** Where directions are looked at, drawn and taken apart. A tab's panel lives only while it is shown. */
export function LabPanel() {
  const chosen = useView((state) => state.labTab);
  const tab = labTabs.find(({ name }) => name === chosen) ?? labTabs[0];
  if (!tab) return null;
  const { Panel } = tab;
  return (
    <section className="card plot-card" aria-label="Direction lab">
      <Tabs value={tab.name} onChange={(name) => name && useView.setState({ labTab: name })}>
        <Tabs.List>
          {labTabs.map(({ name, label }) => (
            <Tabs.Tab key={name} value={name}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <Guard what={tab.label} key={tab.name}>
        <Panel />
      </Guard>
    </section>
  );
}
