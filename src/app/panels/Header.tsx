import { ActionIcon, Button, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRef, type ChangeEvent } from 'react';
import { downloadBoard, savedWords } from '../engine/exchange.js';
import { isExperimentFile, takeFile } from '../engine/experiments/incoming.js';
import { holdsTexts, openTextFile } from '../engine/incoming.js';
import { importFile } from '../engine/importing.js';
import { openFolder } from '../engine/model.js';
import { MoonIcon, SunIcon } from '../look/icons.js';
import { openExchange } from '../stores/exchange.js';
import { useSession } from '../stores/session.js';
import { openModels } from '../stores/models.js';
import { clearProblem } from '../stores/status.js';
import { DeviceMenu } from './DeviceMenu.js';
import { takeTour } from './tour/tour.js';
import { UndoButtons } from './UndoButtons.js';
import { ExperimentMenu } from './experiments/ExperimentMenu.js';
import { ModelMenu } from './ModelMenu.js';
import { ModelDialog } from './models/ModelDialog.js';

export function Header() {
  const folderInput = useRef<HTMLInputElement>(null);
  const fileInput = useRef<HTMLInputElement>(null);
  const loaded = useSession((state) => state.loaded !== null);
  const chooseFolder = (): void => folderInput.current?.click();
  return (
    <header className="board-header">
      <h1 className="brand">
        Steer<span>board</span>
      </h1>
      <ExperimentMenu />
      <ModelMenu onOpenFolder={chooseFolder} />
      <DeviceMenu />
      <span className="chip device-only" title="Model, texts and directions never leave this device">
        on this device only
      </span>
      <span className="spacer" />
      {/* On a narrow screen the model's own menu has it. */}
      <Button variant="default" size="compact-md" className="wide-only" onClick={() => openModels('choose')}>
        Models…
      </Button>
      <Button variant="default" size="compact-md" disabled={!loaded} onClick={() => fileInput.current?.click()}>
        Import
      </Button>
      {/* Titles, since a tooltip would stay over what is under it after a click. */}
      <span className="joined" data-tour="take">
        <Button
          variant="default"
          size="compact-md"
          disabled={!loaded}
          title="The whole board as Steerboard JSON"
          onClick={exportBoard}
        >
          Export
        </Button>
        <Button
          variant="default"
          size="compact-md"
          px={6}
          disabled={!loaded}
          aria-label="Export as…"
          title="One direction or all, in other formats or as code"
          onClick={() => openExchange(null)}
        >
          <span className="wide-only">Export&nbsp;</span>as…
        </Button>
      </span>
      <UndoButtons />
      <ActionIcon
        variant="default"
        size={30}
        aria-label="Tour of the page"
        title="A tour of the page"
        onClick={() => void takeTour()}
      >
        ?
      </ActionIcon>
      <ThemeToggle />
      <ModelDialog onFolder={chooseFolder} />
      <input
        ref={folderInput}
        type="file"
        hidden
        aria-label="Model folder"
        {...{ webkitdirectory: '' }}
        onChange={(event) => void onFolder(event)}
      />
      <input
        ref={fileInput}
        type="file"
        hidden
        aria-label="File to import"
        multiple
        accept=".json,.gguf,.safetensors,.svec,application/json"
        onChange={(event) => void onFile(event)}
      />
    </header>
  );
}

/** A browser may save without a word, so the page has one. */
function exportBoard(): void {
  const saved = downloadBoard();
  if (saved) notifications.show({ message: savedWords(saved) });
}

async function onFolder(event: ChangeEvent<HTMLInputElement>): Promise<void> {
  const files = [...(event.target.files ?? [])];
  event.target.value = '';
  if (files.length === 0) return;
  const name = files[0]?.webkitRelativePath.split('/')[0] || 'folder';
  await openFolder(
    files.map((file) => ({ path: file.webkitRelativePath.split('/').slice(1).join('/') || file.name, file })),
    name,
  );
}

async function onFile(event: ChangeEvent<HTMLInputElement>): Promise<void> {
  const files = [...(event.target.files ?? [])];
  event.target.value = '';
  await importAndSay(files);
}

/**
 * Imports one file after the other and says what came in; failures are said by the status strip. Contrast texts are shown in
 * the editor first.
 */
export async function importAndSay(files: readonly File[]): Promise<void> {
  // What is said of files that were tried before is about those.
  clearProblem('file');
  for (const file of files) await importOne(file);
}

async function importOne(file: File): Promise<void> {
  if (await isExperimentFile(file)) return takeFile(file);
  if (await holdsTexts(file)) return openTextFile(file);
  const imported = await importFile(file);
  if (!imported) return;
  const { names, warnings, text } = imported;
  notifications.show({
    message: `Imported ${names.join(', ')}${text ? ' with its prompt and sampling; other directions are switched off' : ''}.`,
  });
  for (const message of warnings) notifications.show({ message, color: 'yellow', autoClose: 15_000 });
}

function ThemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  return (
    <ActionIcon
      variant="default"
      size={30}
      aria-label={dark ? 'Use light colours' : 'Use dark colours'}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      {dark ? <SunIcon /> : <MoonIcon />}
    </ActionIcon>
  );
}
