import { useMemo } from 'react';
import { textProblems } from '../../../core/texts/problems.js';
import type { Draft } from '../../stores/editor.js';
import { useSettled } from '../useSettled.js';

const most = 6;

/** What is odd about the texts, by the lines as typed. Nothing is changed. */
export function TextNotes({ draft }: { readonly draft: Draft }) {
  const settled = useSettled(draft);
  const problems = useMemo(() => textProblems(settled.kind, settled.positive, settled.negative), [settled]);
  if (problems.length === 0) return null;
  return (
    <ul className="editor-notes" aria-label="What to know of the texts">
      {problems.slice(0, most).map(({ message, side, line, kind }) => (
        <li key={`${kind} ${side} ${line}`}>{message}</li>
      ))}
      {problems.length > most && <li>And {problems.length - most} more lines like these.</li>}
    </ul>
  );
}
