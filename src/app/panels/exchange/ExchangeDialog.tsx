import { Modal, Tabs } from '@mantine/core';
import { partsNow } from '../../engine/board.js';
import { changeExchange, closeExchange, useExchange, type ExchangePage } from '../../stores/exchange.js';
import { useDirections } from '../../stores/directions.js';
import { usePrompt } from '../../stores/prompt.js';
import { useSession } from '../../stores/session.js';
import { CodePage } from './CodePage.js';
import { FilesPage } from './FilesPage.js';
import { ReportPage } from './ReportPage.js';

/** What is on the board, for others: files of directions, a program, or a report. */
export function ExchangeDialog() {
  const { open, page } = useExchange();
  return (
    <Modal opened={open} onClose={closeExchange} size={760} title="Export" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Tabs
        value={page}
        onChange={(next) => next !== null && changeExchange({ page: next as ExchangePage })}
        keepMounted={false}
      >
        <Tabs.List mb={12}>
          <Tabs.Tab value="files">Export a file</Tabs.Tab>
          <Tabs.Tab value="code">Copy as code</Tabs.Tab>
          <Tabs.Tab value="report">Report</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="files">
          <Parts>{FilesPage}</Parts>
        </Tabs.Panel>
        <Tabs.Panel value="code">
          <Parts>{CodePage}</Parts>
        </Tabs.Panel>
        <Tabs.Panel value="report">
          <ReportPage />
        </Tabs.Panel>
      </Tabs>
    </Modal>
  );
}

/** Drawn anew with what the board is made of. */
function Parts({ children: Page }: { readonly children: typeof FilesPage | typeof CodePage }) {
  useDirections();
  usePrompt();
  useSession((state) => state.loaded);
  return <Page parts={partsNow()} />;
}
