import { memo, useCallback, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { RowName } from '../rows.js';
import { usePrompt } from '../stores/prompt.js';
import { alignmentAt, useTexts, type Token } from '../stores/texts.js';
import { hoverToken, pinToken, useView } from '../stores/view.js';
import { useChatting } from './chat/useChatting.js';
import { useSelected } from './selected.js';
import { SelectionMenu } from './SelectionMenu.js';
import { rangeBetween, useTokenRange } from './useTokenRange.js';

export function tokenElementId(row: RowName, position: number): string {
  return `token-${row}-${position}`;
}

/** Why a text ends where the model had not ended it. */
const endings = {
  'end-of-text': '',
  length: 'Cut at the longest text; “Sampling” sets how long that is',
  'context-full': 'Cut where the model’s context is full',
  stopped: 'Stopped',
} as const;

/**
 * The tokens of a text, tinted by their alignment with the selected direction. Arrow keys walk along them; with Shift, or the
 * pointer, a part is selected that can become a contrast text.
 */
export function TokenText({ row, label }: { readonly row: RowName; readonly label: string }) {
  const { key, tokens, promptLength, fresh, probes, reason } = useTexts((state) => state[row]);
  const writing = useTexts((state) => state.writing);
  const hot = useView((state) => (state.hovered?.row === row ? state.hovered.position : -1));
  const pinned = useView((state) => (state.pinned?.row === row ? state.pinned.position : -1));
  const selected = useSelected();
  const probe = selected ? probes.indexOf(selected.version) : -1;
  const layer = selected?.layer ?? 0;
  const showTemplate = usePrompt((state) => state.showTemplate);
  /** Whether only a reply's words are shown, and not the conversation and the template around it. */
  const bare = useChatting() && !showTemplate;
  const first = bare ? promptLength : 0;

  const element = useRef<HTMLDivElement>(null);
  const [range, setRange] = useTokenRange(element, key);
  const [menuFocused, setMenuFocused] = useState(false);
  const selectedText = range ? textOf(tokens.slice(range.from, range.to + 1)) : '';

  const placeOf = useCallback((event: MouseEvent): number | null => {
    const element = (event.target as Element).closest<HTMLElement>('[data-position]');
    return element ? Number(element.dataset['position']) : null;
  }, []);
  const onPointer = (event: MouseEvent): void => {
    const position = placeOf(event);
    hoverToken(position === null ? null : { row, position });
  };
  const onClick = (event: MouseEvent): void => {
    const position = placeOf(event);
    if (position !== null && range === null) pinToken({ row, position });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const here = hot >= 0 ? hot : pinned >= 0 ? pinned : promptLength - 1;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const goal =
      step !== undefined ? here + step : event.key === 'Home' ? first : event.key === 'End' ? tokens.length - 1 : null;
    if (goal !== null) {
      const position = Math.max(first, Math.min(tokens.length - 1, goal));
      hoverToken({ row, position });
      setRange(event.shiftKey ? rangeBetween(range?.anchor ?? Math.max(first, here), position, key) : null);
    } else if (event.key === 'Enter' && range) setMenuFocused(true);
    else if (event.key === 'Escape' && range) setRange(null);
    else if ((event.key === 'Enter' || event.key === ' ') && hot >= 0) pinToken({ row, position: hot });
    else if (event.key === 'Escape') {
      hoverToken(null);
      if (pinned >= 0) pinToken({ row, position: pinned });
    } else return;
    event.preventDefault();
  };
  const closeMenu = (toText: boolean): void => {
    setRange(null);
    setMenuFocused(false);
    document.getSelection()?.removeAllRanges();
    if (toText) element.current?.focus();
  };
  return (
    <>
      <div
        ref={element}
        className="token-text"
        role="listbox"
        aria-label={label}
        aria-orientation="horizontal"
        aria-multiselectable
        aria-activedescendant={hot >= 0 ? tokenElementId(row, hot) : undefined}
        tabIndex={0}
        onMouseOver={onPointer}
        onMouseLeave={() => hoverToken(null)}
        onBlur={() => hoverToken(null)}
        onFocus={(event) => {
          const byKeyboard = event.currentTarget.matches(':focus-visible');
          if (byKeyboard && hot < 0 && tokens.length > 0)
            hoverToken({ row, position: Math.max(first, promptLength % tokens.length) });
        }}
        onClick={onClick}
        onKeyDown={onKeyDown}
      >
        {tokens.map((token, position) =>
          bare && (position < promptLength || token.special) ? null : (
            <TokenSpan
              key={position}
              id={tokenElementId(row, position)}
              position={position}
              token={token}
              alignment={position < fresh ? alignmentAt(token, probe, layer) : NaN}
              prompt={position < promptLength}
              stale={position >= fresh && reason === null}
              hot={position === hot}
              pinned={position === pinned}
              picked={range !== null && position >= range.from && position <= range.to}
            />
          ),
        )}
        {reason !== null && endings[reason] && (
          <span className="ending" title={endings[reason]}>
            …
          </span>
        )}
        {writing && tokens.length > 0 && reason === null && tokens.length <= fresh && (
          <span className="caret" aria-hidden />
        )}
      </div>
      {/* Beside the list, whose keys would also be those of the menu. */}
      {range && selectedText !== '' && (
        <SelectionMenu
          text={selectedText}
          over={tokenElementId(row, range.from)}
          focused={menuFocused}
          onClose={closeMenu}
        />
      )}
    </>
  );
}

/** What tokens say, without special ones and the space around them. */
function textOf(tokens: readonly Token[]): string {
  return tokens
    .filter(({ special }) => !special)
    .map(({ piece }) => piece)
    .join('')
    .trim();
}

interface TokenSpanProps {
  readonly id: string;
  readonly position: number;
  readonly token: Token;
  readonly alignment: number;
  readonly prompt: boolean;
  readonly stale: boolean;
  readonly hot: boolean;
  readonly pinned: boolean;
  readonly picked: boolean;
}

const TokenSpan = memo(function TokenSpan(props: TokenSpanProps) {
  const { id, position, token, alignment, prompt, stale, hot, pinned, picked } = props;
  const classes = ['token'];
  if (prompt) classes.push('prompt');
  if (stale) classes.push('stale');
  if (token.special) classes.push('special');
  if (hot) classes.push('hot');
  if (pinned) classes.push('pinned');
  if (picked) classes.push('picked');
  // The tint covers the word and not the space before it; both belong to the token.
  const [, before, word, after] = /^([^\S\n]*)([^]*?)(\s*)$/.exec(token.piece) ?? ['', '', token.piece, ''];
  const tint = Number.isFinite(alignment) ? Math.min(1, Math.abs(alignment)) : 0;
  return (
    <span id={id} className={classes.join(' ')} data-position={position} role="option" aria-selected={pinned || picked}>
      {before}
      <span
        className={`ink ${alignment > 0 ? 'up' : 'down'}`}
        style={{ '--alignment': tint.toFixed(3) } as Record<string, string>}
      >
        {word === '' && before === '' ? <span className="newline-mark" /> : word}
      </span>
      {after}
    </span>
  );
});
