import { Tabs } from '@mantine/core';
import type { ComponentType } from 'react';
import { Guard } from './Guard.js';

/** A tab of a card. Its panel lives only while it is shown. */
export interface PanelTab {
  readonly name: string;
  /** For people, on the tab. */
  readonly label: string;
  readonly Panel: ComponentType;
}

/** A card with tabs, of which one is shown. */
export function TabbedPanel(props: {
  readonly label: string;
  readonly tabs: readonly PanelTab[];
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}) {
  const { label, tabs, chosen, onChoose } = props;
  const tab = tabs.find(({ name }) => name === chosen) ?? tabs[0];
  if (!tab) return null;
  const { Panel } = tab;
  return (
    <section className="card plot-card" aria-label={label}>
      <Tabs value={tab.name} onChange={(name) => name && onChoose(name)}>
        <Tabs.List>
          {tabs.map(({ name, label: words }) => (
            <Tabs.Tab key={name} value={name}>
              {words}
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
