import { Button } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { isChatKind } from '../../core/chat/contrast.js';
import type { ContrastTexts } from '../../core/directions/direction.js';
import { lineOf } from '../../core/texts/lines.js';
import type { TextPreview } from '../../protocol/api.js';
import { openEditor } from '../stores/editor.js';
import { draftOf, finderOf } from './drafts.js';
import { ReadTokens } from './ReadTokens.js';
import { useSelected } from './selected.js';
import { usePreviews } from './usePreviews.js';

const most = 100;

/** The texts that made the selected direction, with the tokens that were read. */
export function ContrastPanel() {
  const selected = useSelected();
  const texts = selected?.entry.texts;
  const method = selected?.entry.method ?? '';
  const shown = useMemo(() => (texts ? { contrast: shownOf(texts, method) } : null), [texts, method]);
  const known = usePreviews(shown);
  if (!selected || !texts || !shown) return null;
  const { entry } = selected;
  const { questions } = texts;
  const { positive, negative } = shown.contrast;
  // A conversation is long and mostly the same: its texts are shown as they were written.
  const preview = known?.texts === shown && !isChatKind(texts.kind) ? known.preview : null;
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
        <Side
          texts={positive}
          other={negative}
          previews={preview?.positive}
          more={texts.positive.length - positive.length}
          colour="rgb(var(--positive))"
          label="On the positive side"
        />
        <Side
          texts={negative}
          other={positive}
          previews={preview?.negative}
          more={texts.negative.length - negative.length}
          colour="rgb(var(--negative))"
          label="On the negative side"
        />
      </div>
      {questions && (
        <>
          <p className="quiet" style={{ margin: '8px 0 0' }}>
            Each is asked:
          </p>
          <ul className="questions" aria-label="Questions">
            {questions.slice(0, most).map((question, index) => (
              <li key={index}>{question}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** As many texts as are shown. A method that reads every token marks them all. */
function shownOf(texts: ContrastTexts, method: string): ContrastTexts {
  const finder = finderOf(method);
  const readsAll = finder?.needs === 'texts' && finder.reads === 'every-token';
  return {
    ...texts,
    positive: texts.positive.slice(0, most),
    negative: texts.negative.slice(0, most),
    ...(readsAll && { read: { kind: 'mean' } as const }),
  };
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
      return `${positive.length} pairs × ${questions.length} ${questions.length === 1 ? 'question' : 'questions'}`;
  }
}

function Side(props: {
  readonly texts: readonly string[];
  readonly other: readonly string[];
  readonly previews: readonly TextPreview[] | undefined;
  /** How many are not shown. */
  readonly more: number;
  readonly colour: string;
  readonly label: string;
}) {
  const { texts, other, previews, more, colour, label } = props;
  return (
    <ul aria-label={label} style={{ '--side': colour } as Record<string, string>}>
      {texts.map((text, index) => {
        const preview = previews?.[index];
        const differs = differences(text, other[index]);
        return (
          <li key={index}>
            {preview ? <ReadTokens preview={preview} differs={differs} /> : underlined(text, differs)}
          </li>
        );
      })}
      {more > 0 && <li className="quiet">and {more} more</li>}
    </ul>
  );
}

type Span = readonly [from: number, to: number];

/** The words that the other side's text does not have, by their characters. */
function differences(text: string, other: string | undefined): readonly Span[] {
  if (other === undefined) return [];
  const known = new Set(wordsOf(other).map(([word]) => word.toLowerCase()));
  return wordsOf(text).flatMap(([word, from]) =>
    known.has(word.toLowerCase()) ? [] : [[from, from + word.length] as const],
  );
}

function wordsOf(text: string): readonly (readonly [word: string, from: number])[] {
  return [...text.matchAll(/[\p{L}\p{N}’']+/gu)].map((match) => [match[0], match.index] as const);
}

function underlined(text: string, spans: readonly Span[]): ReactNode {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const [from, to] of spans) {
    parts.push(lineOf(text.slice(end, from)), <u key={from}>{text.slice(from, to)}</u>);
    end = to;
  }
  return [...parts, lineOf(text.slice(end))];
}
