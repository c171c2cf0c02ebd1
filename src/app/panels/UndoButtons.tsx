import { ActionIcon, Tooltip } from '@mantine/core';
import { useEffect } from 'react';
import { redo, undo } from '../engine/history.js';
import { RedoIcon, UndoIcon } from '../look/icons.js';
import { useHistory } from '../stores/history.js';

/** Undo and redo; also Ctrl+Z and Ctrl+Shift+Z (or Ctrl+Y) outside of text fields, which undo their own typing. */
export function UndoButtons() {
  const history = useHistory();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      if (key !== 'z' && key !== 'y') return;
      event.preventDefault();
      if (key === 'y' || event.shiftKey) redo();
      else undo();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <Step label={history.undo === null ? 'Undo' : `Undo ${history.undo}`} can={history.undo !== null} onClick={undo}>
        <UndoIcon />
      </Step>
      <Step label={history.redo === null ? 'Redo' : `Redo ${history.redo}`} can={history.redo !== null} onClick={redo}>
        <RedoIcon />
      </Step>
    </>
  );
}

function Step(props: {
  readonly label: string;
  readonly can: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  const { label, can, onClick, children } = props;
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size={30} aria-label={label} disabled={!can} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['range', 'checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}
