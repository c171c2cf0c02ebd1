import { Button } from '@mantine/core';
import { lineOf } from '../../../core/texts/lines.js';
import type { SideName } from '../../../core/texts/problems.js';

const shown = 4;

/** Texts before they take the place of the draft's: how many, the first of each side, and what there is to know. */
export function TextsToTake(props: {
  readonly positive: readonly string[];
  readonly negative: readonly string[];
  readonly pairs: boolean;
  readonly notes: readonly string[];
  /** Why they cannot be taken, or null. */
  readonly problem: string | null;
  readonly onTake: () => void;
  readonly onClose: () => void;
}) {
  const { positive, negative, pairs, notes, problem, onTake, onClose } = props;
  const count = pairs ? plural(positive.length, 'pair') : countOf(positive.length, negative.length);
  const some = positive.length + negative.length > 0;
  return (
    <div className="stack" style={{ gap: 8 }}>
      {problem !== null && (
        <p role="alert" className="editor-error">
          {problem}
        </p>
      )}
      {problem === null && some && (
        <div className="contrast" style={{ marginTop: 0 }}>
          <First side="positive" texts={positive} />
          <First side="negative" texts={negative} />
        </div>
      )}
      {problem === null && notes.length > 0 && (
        <ul className="editor-notes" aria-label="What to know before they are used">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <div className="row wrap">
        <span className="quiet" role="status" style={{ flex: '1 1 160px' }}>
          {problem === null && (some ? count : 'No texts.')}
        </span>
        <Button size="compact-sm" variant="default" onClick={onClose}>
          Close
        </Button>
        <Button size="compact-sm" disabled={problem !== null || !some} onClick={onTake}>
          Use {some ? count : 'them'}
        </Button>
      </div>
    </div>
  );
}

function First({ side, texts }: { readonly side: SideName; readonly texts: readonly string[] }) {
  return (
    <ul
      aria-label={`First texts of the ${side} side`}
      style={{ '--side': `rgb(var(--${side}))` } as Record<string, string>}
    >
      {texts.slice(0, shown).map((text, index) => (
        <li key={index}>{text.length > 160 ? `…${lineOf(text.slice(-160))}` : lineOf(text)}</li>
      ))}
      {texts.length > shown && <li className="quiet">and {texts.length - shown} more</li>}
      {texts.length === 0 && <li className="quiet">stays as it is</li>}
    </ul>
  );
}

function countOf(positive: number, negative: number): string {
  if (positive > 0 && negative > 0) return `${positive} + ${negative} texts`;
  return plural(positive + negative, 'text');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
