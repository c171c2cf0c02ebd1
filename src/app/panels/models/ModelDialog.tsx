import { Modal, Tabs } from '@mantine/core';
import { useEffect } from 'react';
import { lookUp, keepStored, openStored, refreshStored, removeStored } from '../../engine/offers.js';
import { closeModels, openModels, useModels, type ModelsPage } from '../../stores/models.js';
import { useSession } from '../../stores/session.js';
import { ChoosePage } from './ChoosePage.js';
import { FoundView } from './FoundView.js';
import { StoredList } from './StoredList.js';

/** The page's way to any model: choose one, see what it takes, open it; what is stored; what was found. */
export function ModelDialog({ onFolder }: { readonly onFolder: () => void }) {
  const { open, page, stored, space } = useModels();
  const { loaded, hub, hubHost } = useSession();
  useEffect(() => {
    if (open) void refreshStored();
  }, [open]);
  return (
    <Modal
      opened={open}
      onClose={closeModels}
      size={760}
      title="Models"
      closeButtonProps={{ 'aria-label': 'Close' }}
      className="model-dialog"
    >
      <Tabs value={page} onChange={(next) => next !== null && openModels(next as ModelsPage)} keepMounted={false}>
        <Tabs.List mb={12}>
          <Tabs.Tab value="choose">Choose</Tabs.Tab>
          <Tabs.Tab value="stored">Stored{stored && stored.length > 0 ? ` (${stored.length})` : ''}</Tabs.Tab>
          <Tabs.Tab value="found" disabled={!loaded}>
            What was found
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="choose">
          <ChoosePage onFolder={onFolder} />
        </Tabs.Panel>
        <Tabs.Panel value="stored">
          <StoredList
            stored={stored ?? []}
            space={space}
            usualHost={hubHost}
            isOpen={(model) => hub?.id === model.id && hub.revision === model.commit && hub.host === model.host}
            onOpen={(model) => void openStored(model)}
            onRemove={(model) => void removeStored(model)}
            onKeep={() => void keepStored()}
          />
        </Tabs.Panel>
        <Tabs.Panel value="found">
          {loaded && (
            <FoundView
              loaded={loaded}
              onOther={
                hub &&
                (() => {
                  openModels('choose');
                  void lookUp({ kind: 'hub', ...hub });
                })
              }
            />
          )}
        </Tabs.Panel>
      </Tabs>
    </Modal>
  );
}
