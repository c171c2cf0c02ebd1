import { useEffect, useState } from 'react';
import { useTexts, type TextState } from '../../stores/texts.js';
import { textCardId } from '../textCardId.js';
import { useFigures } from '../useFigures.js';

/** Characters of the text's end that are given: two lines of a wide screen hold no more. */
const most = 320;
/** Pixels of the text's card that must be seen, else it counts as out of view. */
const leastSeen = 80;

/**
 * The end of the steered text as it is written, for whoever draws below it and cannot see it. A screen reader has the text
 * itself, so this is hidden from it.
 */
export function SteeredStrip() {
  const hidden = useOutOfView(textCardId('steered'));
  return hidden ? <Strip /> : null;
}

function Strip() {
  const end = useTexts(({ steered }) => endOf(steered));
  const { judgement } = useFigures('steered');
  return (
    <div className={`steered-strip ${judgement?.verdict.split(' ')[0] ?? ''}`} aria-hidden>
      <p>
        <span>{end}</span>
      </p>
    </div>
  );
}

/** What was generated, from the back; tokens that are left over from the text before are not part of it. */
function endOf({ tokens, promptLength, fresh }: TextState): string {
  let end = '';
  for (let at = Math.min(tokens.length, fresh) - 1; at >= promptLength && end.length < most; at--) {
    const { piece, special } = tokens[at]!;
    if (!special) end = piece + end;
  }
  return end === '' ? '…' : end;
}

function useOutOfView(id: string): boolean {
  const [out, setOut] = useState(false);
  useEffect(() => {
    const element = document.getElementById(id);
    if (!element) return;
    const observer = new IntersectionObserver(([seen]) => setOut(seen?.isIntersecting === false), {
      rootMargin: `-${leastSeen}px 0px`,
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [id]);
  return out;
}
