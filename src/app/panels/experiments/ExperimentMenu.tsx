import { Button, Popover, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRef, useState } from 'react';
import { savedWords } from '../../engine/exchange.js';
import { presentContent, saveFile } from '../../engine/experiments/giving.js';
import { takeFile } from '../../engine/experiments/incoming.js';
import { duplicate, newExperiment, rename } from '../../engine/experiments/switching.js';
import { ChevronIcon } from '../../look/icons.js';
import { openExperiments, useExperiments, type ExperimentsPage } from '../../stores/experiments.js';

/** The experiment on the board: its name, and what is done with experiments. */
export function ExperimentMenu() {
  const current = useExperiments((state) => state.current);
  const [open, setOpen] = useState(false);
  const fileInput = useRef<HTMLInputElement>(null);
  if (!current) return null;
  const act = (what: () => void) => () => {
    setOpen(false);
    what();
  };
  const chooseFile = (): void => {
    setOpen(false);
    fileInput.current?.click();
  };
  const page = (name: ExperimentsPage) => act(() => openExperiments(name));
  return (
    <>
      <Popover opened={open} onChange={setOpen} position="bottom-start" width={300} shadow="md" trapFocus returnFocus>
        <Popover.Target>
          <button
            type="button"
            className="chip experiment-chip"
            aria-label={`Experiment: ${current.name}`}
            onClick={() => setOpen(!open)}
          >
            <b className="clip">{current.name}</b>
            <ChevronIcon />
          </button>
        </Popover.Target>
        <Popover.Dropdown className="experiment-menu">
          <NameField id={current.id} name={current.name} onDone={() => setOpen(false)} />
          <p className="quiet">
            Everything on the page is kept here by itself. Another experiment begins its own steps of undo.
          </p>
          <div className="experiment-actions">
            <Action
              label="New"
              says="Begins with the first direction and the model that is open"
              onClick={act(() => void newExperiment())}
            />
            <Action
              label="Duplicate"
              says="Goes on with a copy; this one stays as it is"
              onClick={act(() => void duplicate(current.id))}
            />
            <Action label="All experiments…" says="Search, open, rename, delete" onClick={page('list')} />
            <Action
              label="Compare…"
              says="Two or three side by side, without running the model"
              onClick={page('compare')}
            />
            <Action
              label="Share link…"
              says="All of it in an address; nothing goes to a server"
              onClick={page('link')}
            />
            <Action label="Save file…" says="With all vectors, texts, figures and results" onClick={act(saveAndSay)} />
            <Action label="Open file…" says="Shown first; nothing here is overwritten" onClick={chooseFile} />
          </div>
        </Popover.Dropdown>
      </Popover>
      <input
        ref={fileInput}
        type="file"
        hidden
        aria-label="Experiment file to open"
        accept=".json,application/json"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) void takeFile(file);
        }}
      />
    </>
  );
}

/** A browser may save without a word, so the page has one. */
function saveAndSay(): void {
  const saved = saveFile(presentContent());
  if (saved) notifications.show({ message: savedWords(saved) });
}

/** Renames in place: by Enter, or by leaving the field. */
function NameField(props: { readonly id: string; readonly name: string; readonly onDone: () => void }) {
  const { id, name, onDone } = props;
  const [typed, setTyped] = useState(name);
  const take = (): void => {
    if (typed.trim() !== '' && typed.trim() !== name) void rename(id, typed);
  };
  return (
    <TextInput
      label="Name of this experiment"
      size="xs"
      maxLength={80}
      value={typed}
      error={typed.trim() === '' ? 'A name needs a letter at least.' : undefined}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        take();
        onDone();
      }}
    />
  );
}

function Action({
  label,
  says,
  onClick,
}: {
  readonly label: string;
  readonly says: string;
  readonly onClick: () => void;
}) {
  return (
    <Button variant="subtle" color="gray" size="compact-md" justify="flex-start" title={says} onClick={onClick}>
      {label}
    </Button>
  );
}
