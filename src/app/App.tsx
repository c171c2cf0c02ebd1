import { notifications } from '@mantine/notifications';
import { useEffect, useState, type DragEvent } from 'react';
import { startBoard } from './engine/start.js';
import { filesOfDrop } from './engine/dropped.js';
import { openFolder } from './engine/model.js';
import { AlignmentPanel } from './panels/AlignmentPanel.js';
import { AlongTextPanel } from './panels/AlongTextPanel.js';
import { ContrastPanel } from './panels/ContrastPanel.js';
import { DirectionEditor } from './panels/DirectionEditor.js';
import { DirectionList } from './panels/DirectionList.js';
import { Header, importAndSay } from './panels/Header.js';
import { LayersPanel } from './panels/LayersPanel.js';
import { PromptPanel } from './panels/PromptPanel.js';
import { StatusStrip } from './panels/StatusStrip.js';
import { TextCard } from './panels/TextCard.js';
import { TokenCard } from './panels/TokenCard.js';

let started = false;

export function App() {
  const [dropping, setDropping] = useState(false);
  useEffect(() => {
    if (started) return;
    started = true;
    void startBoard().then((folder) => {
      if (folder === null) return;
      notifications.show({
        message: `${folder} came from a folder, which has to be opened again. Its directions are kept.`,
        autoClose: 15_000,
      });
    });
  }, []);
  return (
    <div
      className="board"
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={(event) => event.relatedTarget === null && setDropping(false)}
      onDrop={(event) => {
        setDropping(false);
        void onDrop(event);
      }}
    >
      <Header />
      <StatusStrip />
      <aside className="column column-left" aria-label="Directions">
        <DirectionList />
      </aside>
      <main className="column column-main">
        <PromptPanel />
        <div className="two-texts">
          <TextCard row="baseline" />
          <TextCard row="steered" />
        </div>
        <AlignmentPanel />
      </main>
      <aside className="column column-right" aria-label="The selected direction">
        <LayersPanel />
        <ContrastPanel />
        <AlongTextPanel />
      </aside>
      <DirectionEditor />
      <TokenCard />
      {dropping && <div className="drop-target">Drop a model’s folder, or a Steerboard JSON file</div>}
    </div>
  );
}

async function onDrop(event: DragEvent): Promise<void> {
  event.preventDefault();
  const dropped = await filesOfDrop(event.dataTransfer);
  const only = dropped.files[0];
  if (dropped.files.length === 1 && only?.path.endsWith('.json')) await importAndSay(only.file);
  else await openFolder(dropped.files, dropped.name);
}
