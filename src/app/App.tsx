import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import { letEscapeClose } from './controls/escapeCloses.js';
import { startBoard } from './engine/start.js';
import { filesOfDrop } from './engine/dropped.js';
import { openTextFile } from './engine/incoming.js';
import { openFolder } from './engine/model.js';
import { isTextFile } from './engine/textFiles.js';
import { AlignmentPanel } from './panels/AlignmentPanel.js';
import { AlongTextPanel } from './panels/AlongTextPanel.js';
import { CombineDialog } from './panels/combine/CombineDialog.js';
import { ContrastPanel } from './panels/ContrastPanel.js';
import { DirectionEditor } from './panels/editor/DirectionEditor.js';
import { DirectionList } from './panels/DirectionList.js';
import { ExchangeDialog } from './panels/exchange/ExchangeDialog.js';
import { ExperimentNotes } from './panels/experiments/ExperimentNotes.js';
import { ExperimentsDialog } from './panels/experiments/ExperimentsDialog.js';
import { IncomingDialog } from './panels/experiments/IncomingDialog.js';
import { GalleryDialog } from './panels/gallery/GalleryDialog.js';
import { Guard } from './panels/Guard.js';
import { Header, importAndSay } from './panels/Header.js';
import { LayersPanel } from './panels/LayersPanel.js';
import { LabPanel } from './panels/lab/LabPanel.js';
import { MeasuresPanel } from './panels/measures/MeasuresPanel.js';
import { PromptPanel } from './panels/PromptPanel.js';
import { StatusStrip } from './panels/StatusStrip.js';
import { TextCard } from './panels/TextCard.js';
import { TokenCard } from './panels/TokenCard.js';
import { useEditor } from './stores/editor.js';
import { openModels } from './stores/models.js';
import { useSession } from './stores/session.js';

let started = false;

/** Says which model is not open until one is: it asks the user for something, and the bundled model may take longer to open than one reads. */
function showUnopened(note: string): void {
  const message = (
    <>
      <span>{note}</span>{' '}
      <Button size="compact-xs" variant="default" onClick={() => openModels('choose')}>
        Choose the model…
      </Button>
    </>
  );
  const id = notifications.show({ message, autoClose: false });
  const stop = useSession.subscribe(({ folder, hub }) => {
    if (folder === null && hub === null) return;
    notifications.hide(id);
    stop();
  });
}

export function App() {
  const dropping = useDrop();
  const editing = useEditor((state) => state.open);
  useEffect(() => letEscapeClose(document), []);
  useEffect(() => {
    if (started) return;
    started = true;
    void startBoard().then((note) => note !== null && showUnopened(note));
  }, []);
  return (
    <div className="board">
      <Header />
      <StatusStrip />
      <aside className="column column-left" aria-label="Directions">
        <Guard what="The directions">
          <DirectionList />
        </Guard>
      </aside>
      <main className="column column-main">
        <ExperimentNotes />
        <PromptPanel />
        <div className="two-texts">
          <TextCard row="baseline" />
          <TextCard row="steered" />
        </div>
        <Guard what="The alignment plot">
          <AlignmentPanel />
        </Guard>
        <MeasuresPanel />
        <LabPanel />
      </main>
      <aside className="column column-right" aria-label="The selected direction">
        <Guard what="The layers">
          <LayersPanel />
        </Guard>
        <Guard what="The contrast texts">
          <ContrastPanel />
        </Guard>
        <Guard what="The plot along the texts">
          <AlongTextPanel />
        </Guard>
      </aside>
      <DirectionEditor />
      <CombineDialog />
      <ExchangeDialog />
      <ExperimentsDialog />
      <IncomingDialog />
      <GalleryDialog />
      <Guard what="The token">
        <TokenCard />
      </Guard>
      {dropping && (
        <div className="drop-target">
          {editing
            ? 'Drop a file of contrast texts'
            : 'Drop a model’s folder, files of directions, or a table of texts'}
        </div>
      )}
    </div>
  );
}

/** Takes files that are dropped anywhere on the page. Returns whether some are held over it. */
function useDrop(): boolean {
  const [dropping, setDropping] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setDropping(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setDropping(false);
    };
    const drop = (event: DragEvent): void => {
      setDropping(false);
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      void takeDrop(event.dataTransfer);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return dropping;
}

async function takeDrop(transfer: DataTransfer): Promise<void> {
  const dropped = await filesOfDrop(transfer);
  const only = dropped.files[0];
  const texts = only && (useEditor.getState().open || isTextFile(only.path));
  // What they hold says which format they are; these are just not a model's folder.
  const directions = dropped.files.every(({ path }) => /^[^/]+\.(json|gguf|safetensors|svec)$/i.test(path));
  if (dropped.files.length === 1 && texts) await openTextFile(only.file);
  else if (dropped.files.length > 0 && directions) await importAndSay(dropped.files.map(({ file }) => file));
  else await openFolder(dropped.files, dropped.name);
}
