import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { createPortal } from 'react-dom';
import type { SideName } from '../../core/texts/problems.js';
import { textMethod } from '../engine/incoming.js';
import { emptyDraft, holdsTexts, openEditor, replaceDraft, useEditor } from '../stores/editor.js';
import { withText } from './drafts.js';

/** Sends a selected part of a text to a side of the contrast texts. It stands over the element with the id `over`. */
export function SelectionMenu(props: {
  readonly text: string;
  readonly over: string;
  /** Whether the keyboard asked for it. */
  readonly focused: boolean;
  /** @param toText Whether the keyboard goes back to the text. */
  readonly onClose: (toText: boolean) => void;
}) {
  const { text, over, focused, onClose } = props;
  const menu = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<{ readonly left: number; readonly top: number } | null>(null);
  useLayoutEffect(() => {
    const move = (): void => {
      const box = document.getElementById(over)?.getBoundingClientRect();
      const own = menu.current?.getBoundingClientRect();
      if (!box || !own) return setAt(null);
      const left = Math.max(8, Math.min(window.innerWidth - own.width - 8, box.left));
      setAt({ left, top: Math.max(8, box.top - own.height - 6) });
    };
    move();
    window.addEventListener('scroll', move, true);
    window.addEventListener('resize', move);
    return () => {
      window.removeEventListener('scroll', move, true);
      window.removeEventListener('resize', move);
    };
  }, [over, text]);
  useLayoutEffect(() => {
    if (focused) menu.current?.querySelector('button')?.focus();
  }, [focused]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onClose(true);
  };
  const send = (side: SideName): void => {
    sendToSide(side, text);
    onClose(focused);
  };
  return createPortal(
    <div
      ref={menu}
      className="selection-menu"
      role="toolbar"
      aria-label="Selected text"
      tabIndex={-1}
      onKeyDown={onKeyDown}
      style={at ? { left: at.left, top: at.top } : { visibility: 'hidden' }}
    >
      <span className="quiet">Add to</span>
      <Button size="compact-xs" variant="default" onClick={() => send('positive')}>
        positive texts
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => send('negative')}>
        negative texts
      </Button>
    </div>,
    document.body,
  );
}

/** Adds to the draft of a new direction; what is being changed of another one is kept for going back. */
function sendToSide(side: SideName, text: string): void {
  const { draft } = useEditor.getState();
  const from = draft.directionId === null ? draft : { ...emptyDraft, kind: 'lists' as const };
  const change = { ...from, ...withText(from, side, text), method: textMethod(from.method) };
  const keepsAll = from === draft && (change.kind === draft.kind || !holdsTexts(draft));
  if (keepsAll) useEditor.setState({ draft: change, error: null });
  else replaceDraft(change, 'Selected text began new contrast texts; those that were here are kept.');
  const notice = notifications.show({
    message: (
      <span className="row wrap">
        Added to the {side} texts of a new direction.
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            openEditor(useEditor.getState().draft);
            notifications.hide(notice);
          }}
        >
          Open
        </Button>
      </span>
    ),
  });
}
