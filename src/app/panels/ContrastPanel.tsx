import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ContrastTexts } from '../../core/directions/direction.js';
import { openEditor } from '../stores/editor.js';
import { draftOf } from './drafts.js';
import { useSelected } from './selected.js';

/** The texts that made the selected direction. */
export function ContrastPanel() {
  const selected = useSelected();
  const texts = selected?.entry.texts;
  if (!selected || !texts) return null;
  const { entry } = selected;
  const { positive, negative, questions } = texts;
  return (
    <section className="card" aria-label="Contrast texts">
      <div className="row">
        <h2>Contrast texts</h2>
        <span className="spacer" />
        <span className="tag">{countOf(texts)}</span>
        <Button size="compact-xs" variant="default" onClick={() => openEditor(draftOf(entry))}>
          Edit
        </Button>
      </div>
      <div className="contrast">
        <Side texts={positive} other={negative} colour="rgb(var(--positive))" label="On the positive side" />
        <Side texts={negative} other={positive} colour="rgb(var(--negative))" label="On the negative side" />
      </div>
      {questions && (
        <>
          <p className="quiet" style={{ margin: '8px 0 0' }}>
            Each is asked:
          </p>
          <ul className="questions" aria-label="Questions">
            {questions.slice(0, 100).map((question, index) => (
              <li key={index}>{question}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function countOf({ kind, positive, negative, questions = [] }: ContrastTexts): string {
  switch (kind) {
    case 'pairs':
      return `${positive.length} pairs`;
    case 'lists':
      return `${positive.length} + ${negative.length}`;
    case 'prompts':
      return 'prompts';
    case 'systems':
    case 'personas':
      return `${positive.length} × ${questions.length}`;
  }
}

function Side(props: {
  readonly texts: readonly string[];
  readonly other: readonly string[];
  readonly colour: string;
  readonly label: string;
}) {
  const { texts, other, colour, label } = props;
  return (
    <ul aria-label={label} style={{ '--side': colour } as Record<string, string>}>
      {texts.slice(0, 100).map((text, index) => (
        <li key={index}>{marked(text, other[index])}</li>
      ))}
    </ul>
  );
}

/** Underlines the words that the other side's text does not have. */
function marked(text: string, other: string | undefined): ReactNode {
  if (other === undefined) return text;
  const known = new Set(wordsOf(other));
  return text.split(/(\s+)/).map((part, index) => {
    const differs = part.trim() !== '' && wordsOf(part).some((word) => !known.has(word));
    return differs ? <u key={index}>{part}</u> : part;
  });
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}’']+/gu) ?? [];
}
