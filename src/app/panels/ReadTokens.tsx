import { Fragment, useMemo, type ReactNode } from 'react';
import type { TextPreview } from '../../protocol/api.js';

/** Tokens shown on each side of one that is read; long texts are cut in between. */
const around = 24;
/** Most tokens shown of a text. */
const most = 96;

/** A text as its tokens, those that are read marked, special tokens by their name. `differs` says which characters to underline. */
export function ReadTokens(props: {
  readonly preview: TextPreview;
  readonly differs?: readonly (readonly [from: number, to: number])[];
}) {
  const { preview, differs = [] } = props;
  const shown = useMemo(() => shownPositions(preview), [preview]);
  const starts = useMemo(() => startsOf(preview), [preview]);
  const read = useMemo(() => new Set(preview.read), [preview]);
  return shown.map((position, index) => (
    <Fragment key={position}>
      {position !== (shown[index - 1] ?? -1) + 1 && <span className="quiet">…</span>}
      <Piece
        piece={preview.pieces[position]!}
        special={preview.special[position] ?? false}
        read={read.has(position)}
        differs={differs.some(([from, to]) => from < starts[position + 1]! && to > starts[position]!)}
      />
      {index === shown.length - 1 && position < preview.pieces.length - 1 && <span className="quiet">…</span>}
    </Fragment>
  ));
}

function Piece(props: {
  readonly piece: string;
  readonly special: boolean;
  readonly read: boolean;
  readonly differs: boolean;
}): ReactNode {
  const { piece, special, read, differs } = props;
  const [, before, word] = /^([^\S\n]*)([^]*)$/.exec(piece) ?? ['', '', piece];
  const Element = read ? 'mark' : 'span';
  const classes = ['piece', read && 'read', special && 'special'].filter(Boolean).join(' ');
  // A special token's name is shown but is no part of the text.
  if (special) return <Element className={classes} data-name={piece} title={read ? `${piece}, read` : piece} />;
  const shown = word === '' ? '␣' : word.replaceAll('\n', '↵');
  return (
    <>
      {before}
      <Element className={classes} title={read ? 'This token is read' : undefined}>
        {word === '' && !read ? '' : differs ? <u>{shown}</u> : shown}
      </Element>
    </>
  );
}

/** Where each token begins in the text without its special tokens; one more for the end. */
function startsOf({ pieces, special }: TextPreview): readonly number[] {
  const starts = [0];
  pieces.forEach((piece, position) => starts.push(starts[position]! + (special[position] ? 0 : piece.length)));
  return starts;
}

function shownPositions({ pieces, read }: TextPreview): readonly number[] {
  const all = pieces.map((_, position) => position);
  if (pieces.length <= most) return all;
  const first = read[0] ?? 0;
  const last = read.at(-1) ?? 0;
  const near = all.filter((position) => position < 8 || (position >= first - around && position <= last + around));
  return near.slice(0, most);
}
