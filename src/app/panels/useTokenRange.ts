import { useEffect, useRef, useState, type RefObject } from 'react';

/** Tokens of a text that are selected, first and last included; positions count from the prompt's first token. */
export interface TokenRange {
  readonly from: number;
  readonly to: number;
  /** Where the selection began; it is one of the two. */
  readonly anchor: number;
  /** The text that it is a part of: in another one it means nothing. */
  readonly key: string | null;
}

export function rangeBetween(anchor: number, end: number, key: string | null): TokenRange {
  return { from: Math.min(anchor, end), to: Math.max(anchor, end), anchor, key };
}

/**
 * The tokens that are selected in a text whose elements carry `data-position`: what the browser has selected there, once the
 * pointer is up, or what the keyboard chose.
 */
export function useTokenRange(
  text: RefObject<HTMLElement | null>,
  key: string | null,
): readonly [TokenRange | null, (range: TokenRange | null) => void] {
  const [range, setRange] = useState<TokenRange | null>(null);
  const pressed = useRef(false);
  useEffect(() => {
    const take = (): void => {
      const selection = document.getSelection();
      const inside =
        selection && text.current?.contains(selection.anchorNode) && text.current.contains(selection.focusNode);
      if (!inside || selection.isCollapsed) return;
      const anchor = positionOf(selection.anchorNode);
      const end = positionOf(selection.focusNode);
      if (anchor !== null && end !== null) setRange(rangeBetween(anchor, end, key));
    };
    const down = (event: PointerEvent): void => {
      pressed.current = true;
      if (!(event.target as Element).closest('.selection-menu')) setRange(null);
    };
    const up = (): void => {
      pressed.current = false;
      take();
    };
    // A finger selects after it was lifted, or by dragging the handles.
    const changed = (): void => {
      if (!pressed.current) take();
    };
    const cancelled = (): void => {
      pressed.current = false;
    };
    document.addEventListener('pointerdown', down);
    document.addEventListener('pointerup', up);
    document.addEventListener('pointercancel', cancelled);
    document.addEventListener('selectionchange', changed);
    return () => {
      document.removeEventListener('pointerdown', down);
      document.removeEventListener('pointerup', up);
      document.removeEventListener('pointercancel', cancelled);
      document.removeEventListener('selectionchange', changed);
    };
  }, [text, key]);
  return [range?.key === key ? range : null, setRange];
}

function positionOf(node: Node | null): number | null {
  const element = node instanceof Element ? node : node?.parentElement;
  const position = element?.closest<HTMLElement>('[data-position]')?.dataset['position'];
  return position === undefined ? null : Number(position);
}
