import { Modal, Tabs } from '@mantine/core';
import { useEffect } from 'react';
import { refreshList } from '../../engine/experiments/switching.js';
import { saveNow } from '../../engine/persistence.js';
import { closeExperiments, openExperiments, useExperiments, type ExperimentsPage } from '../../stores/experiments.js';
import { ComparePage } from './ComparePage.js';
import { ListPage } from './ListPage.js';
import { SharePage } from './SharePage.js';

/** All experiments of this browser: the list, some of them side by side, and the one on the board as a link. */
export function ExperimentsDialog() {
  const page = useExperiments((state) => state.page);
  const open = page !== null;
  useEffect(() => {
    // What is on the board is in the list as it is now.
    if (open) void saveNow().then(refreshList);
  }, [open]);
  return (
    <Modal
      opened={open}
      onClose={closeExperiments}
      size={page === 'compare' ? 1100 : 760}
      title="Experiments"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Tabs
        value={page}
        onChange={(next) => next !== null && openExperiments(next as ExperimentsPage)}
        keepMounted={false}
      >
        <Tabs.List mb={12}>
          <Tabs.Tab value="list">All</Tabs.Tab>
          <Tabs.Tab value="compare">Compare</Tabs.Tab>
          <Tabs.Tab value="link">Share link</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="list">
          <ListPage />
        </Tabs.Panel>
        <Tabs.Panel value="compare">
          <ComparePage />
        </Tabs.Panel>
        <Tabs.Panel value="link">
          <SharePage />
        </Tabs.Panel>
      </Tabs>
    </Modal>
  );
}
