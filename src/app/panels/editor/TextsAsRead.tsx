import { useMemo } from 'react';
import { isChatKind } from '../../../core/chat/contrast.js';
import type { ContrastTexts } from '../../../core/directions/direction.js';
import type { TypedText } from '../../../core/texts/lines.js';
import type { SideName } from '../../../core/texts/problems.js';
import type { TextPreview } from '../../../protocol/api.js';
import type { Draft } from '../../stores/editor.js';
import { textsOf, typedSide, type DraftTexts } from '../drafts.js';
import { ReadTokens } from '../ReadTokens.js';
import { usePreviews } from '../usePreviews.js';
import { messageAsTyped } from './asTyped.js';

/** Most texts a side that are asked for; more would keep the worker from writing. What is wrong with later ones, the fit says. */
const mostAsked = 200;
const mostShown = 50;

interface Asked {
  readonly contrast: ContrastTexts;
  readonly lines: Readonly<Record<SideName, readonly TypedText[]>>;
}

/** The texts as the model's tokens, with those that are read marked, and what keeps a text from being read by its line. */
export function TextsAsRead({ draft, readsAll }: { readonly draft: Draft; readonly readsAll: boolean }) {
  const { kind, positive, negative, questions, read } = draft;
  const asked = useMemo(
    () => askedOf({ kind, positive, negative, questions, read: readsAll ? { kind: 'mean' } : read }),
    [kind, positive, negative, questions, read, readsAll],
  );
  const known = usePreviews(asked);
  if (!known) return null;
  const { texts, preview } = known;
  return (
    <details className="as-read" open>
      <summary>
        As the model reads them{isChatKind(texts.contrast.kind) && ', each with the first question'}:{' '}
        {(['positive', 'negative'] as const).map((side, index) => (
          <mark key={side} className="piece read" style={{ '--side': `rgb(var(--${side}))` } as Record<string, string>}>
            {['read ', 'tokens'][index]}
          </mark>
        ))}{' '}
        are marked
      </summary>
      <Problems preview={preview} lines={texts.lines} />
      <div className="contrast">
        <Side side="positive" previews={preview.positive} lines={texts.lines.positive} />
        <Side side="negative" previews={preview.negative} lines={texts.lines.negative} />
      </div>
    </details>
  );
}

/** Null while there is nothing to read. Of a conversation's questions the first stands for all, so that each text has one preview. */
function askedOf(draft: DraftTexts): Asked | null {
  const lines = { positive: typedSide(draft, 'positive'), negative: typedSide(draft, 'negative') };
  const { questions, ...contrast } = textsOf(draft);
  if (contrast.positive.length + contrast.negative.length === 0 || questions?.length === 0) return null;
  return {
    contrast: {
      ...contrast,
      positive: contrast.positive.slice(0, mostAsked),
      negative: contrast.negative.slice(0, mostAsked),
      ...(questions && { questions: questions.slice(0, 1) }),
    },
    lines,
  };
}

function Side(props: {
  readonly side: SideName;
  readonly previews: readonly TextPreview[];
  readonly lines: readonly TypedText[];
}) {
  const { side, previews, lines } = props;
  return (
    <ul
      aria-label={`${side === 'positive' ? 'Positive' : 'Negative'} texts as tokens`}
      style={{ '--side': `rgb(var(--${side}))` } as Record<string, string>}
    >
      {previews.slice(0, mostShown).map((preview, index) => (
        <li key={index}>
          <ReadTokens preview={preview} />
        </li>
      ))}
      {lines.length > mostShown && <li className="quiet">and {lines.length - mostShown} more</li>}
    </ul>
  );
}

function Problems(props: {
  readonly preview: Readonly<Record<SideName, readonly TextPreview[]>>;
  readonly lines: Asked['lines'];
}) {
  const { preview, lines } = props;
  const all = (['positive', 'negative'] as const).flatMap((side) =>
    preview[side].flatMap(({ problem }, index) =>
      problem === null ? [] : [messageAsTyped(problem, index + 1, lines[side][index]?.line ?? index + 1)],
    ),
  );
  // What is wrong with the model and not with a text is said of every text.
  const found = [...new Set(all)];
  if (found.length === 0) return null;
  return (
    <ul className="editor-notes bad" aria-label="Texts that cannot be read">
      {found.slice(0, 4).map((problem) => (
        <li key={problem}>{problem}</li>
      ))}
      {found.length > 4 && <li>And {found.length - 4} more.</li>}
    </ul>
  );
}
