import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { Candidate } from '../../protocol/api.js';
import { planKey } from '../engine/plan.js';
import { plainNumber, signedNumber } from '../look/numbers.js';
import { useDirections } from '../stores/directions.js';
import { useSession } from '../stores/session.js';
import { alignmentAt, projectionAt, useTexts } from '../stores/texts.js';
import { pinToken, samePlace, useView, type TokenPlace } from '../stores/view.js';
import { useSelected } from './selected.js';
import { tokenElementId } from './TokenText.js';

/** What is known of the token under the pointer or the keyboard's focus, or else of the pinned one. */
export function TokenCard() {
  const place = useView((state) => state.hovered ?? state.pinned);
  return place ? createPortal(<CardAt place={place} />, document.body) : null;
}

function CardAt({ place }: { readonly place: TokenPlace }) {
  const { row, position } = place;
  const text = useTexts((state) => state[row]);
  const selected = useSelected();
  const stamp = useSession((state) => state.loaded?.stamp);
  const key = useDirections((state) => stamp && planKey(state, stamp));
  const pinned = useView((state) => samePlace(state.pinned, place));
  const card = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<{ readonly left: number; readonly top: number } | null>(null);
  const token = text.tokens[position];

  useLayoutEffect(() => {
    const move = (): void => {
      const box = document.getElementById(tokenElementId(row, position))?.getBoundingClientRect();
      const own = card.current?.getBoundingClientRect();
      // A pinned token may be scrolled out of sight, and its card with it.
      if (!box || !own || box.bottom < 0 || box.top > window.innerHeight) return setAt(null);
      const left = Math.max(8, Math.min(window.innerWidth - own.width - 8, box.left));
      const below = box.bottom + 6;
      const top = below + own.height < window.innerHeight - 8 ? below : Math.max(8, box.top - own.height - 6);
      setAt({ left, top });
    };
    move();
    window.addEventListener('scroll', move, true);
    window.addEventListener('resize', move);
    return () => {
      window.removeEventListener('scroll', move, true);
      window.removeEventListener('resize', move);
    };
  }, [row, position, text]);

  useEffect(() => {
    if (!pinned) return;
    const letGo = (): void => {
      const { pinned: kept } = useView.getState();
      if (kept) pinToken(kept);
    };
    const onKey = (event: KeyboardEvent): void => {
      // Escape in an open menu or dialog closes that alone.
      const inside = (event.target as Element).closest('[role=menu], [role=dialog], [aria-expanded=true]');
      if (event.key === 'Escape' && !event.defaultPrevented && !inside) letGo();
    };
    // A finger has no Escape: a tap beside the texts lets go.
    const onPointer = (event: PointerEvent): void => {
      if (event.pointerType === 'touch' && !(event.target as Element).closest('.token')) letGo();
    };
    window.addEventListener('keydown', onKey);
    window.addEventListener('pointerdown', onPointer);
    return () => {
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('pointerdown', onPointer);
    };
  }, [pinned]);

  if (!token) return null;
  const probe = selected ? text.probes.indexOf(selected.version) : -1;
  const layer = selected?.layer ?? 0;
  const alignment = alignmentAt(token, probe, layer);
  const candidates = text.comparisonKey === key ? text.comparison?.candidates[position] : undefined;
  const context = text.tokens
    .slice(Math.max(0, position - 8), position)
    .filter((before) => !before.special)
    .map((before) => before.piece)
    .join('')
    .replace(/\s+/g, ' ')
    .trimStart();
  const tail = context.length > 24 ? `…${context.slice(-24).replace(/^\S*\s/, '')}` : context;
  return (
    <div
      ref={card}
      className="token-card"
      role="tooltip"
      style={at ? { left: at.left, top: at.top } : { visibility: 'hidden' }}
    >
      <header>
        <b>{visible(token.piece)}</b>
        {tail && <span>after “{tail}”</span>}
      </header>
      {candidates && candidates.length > 0 ? (
        <Candidates candidates={candidates} own={token.id} />
      ) : (
        <div className="quiet">
          {position === 0 ? 'The first token is given, not predicted.' : comparing(text.textId)}
        </div>
      )}
      {selected && (
        <div className="quiet" style={{ marginTop: 5 }}>
          {Number.isFinite(alignment)
            ? `alignment ${signedNumber(alignment)} with ${selected.entry.name}, projection ${plainNumber(projectionAt(token, probe, layer))} at layer ${layer}`
            : 'not read yet'}
        </div>
      )}
      {pinned && <div className="quiet">Kept here. Click the token again, or press Escape, to let go.</div>}
    </div>
  );
}

function Candidates({ candidates, own }: { readonly candidates: readonly Candidate[]; readonly own: number }) {
  const most = Math.max(...candidates.map(({ baseline, steered }) => Math.max(baseline, steered)), 1e-9);
  return (
    <>
      <div className="legend">
        <span>next token</span>
        <span />
        <span style={{ color: 'var(--accent)' }}>with</span>
        <span>w/o</span>
      </div>
      {candidates.map(({ id, piece, baseline, steered }) => (
        <div key={id} className={`candidate ${id === own ? 'own' : ''}`}>
          <span className="piece">{visible(piece)}</span>
          <span className="bars">
            <i style={{ width: `${(100 * steered) / most}%` }} />
            <i style={{ width: `${(100 * baseline) / most}%` }} />
          </span>
          <span className="number">{share(steered)}</span>
          <span className="number quiet">{share(baseline)}</span>
        </div>
      ))}
    </>
  );
}

function comparing(textId: string | null): string {
  return textId ? 'Comparing with and without steering…' : 'Candidates follow when the text is complete.';
}

function share(probability: number): string {
  if (probability >= 0.995) return '1.0';
  return probability < 0.005 ? '<.01' : probability.toFixed(2).slice(1);
}

/** Spaces and line ends made visible, for a token by itself. */
function visible(piece: string): string {
  const shown = piece.replaceAll('\n', '↵').replaceAll('\t', '⇥');
  return shown.trim() === '' ? shown.replaceAll(' ', '␣') || '∅' : shown.trimStart();
}
