import { useEffect, useMemo, useState } from 'react';
import { planKey, spanOn } from '../../engine/plan.js';
import { useDirections } from '../../stores/directions.js';
import { useSession } from '../../stores/session.js';
import { useTexts, type TextState } from '../../stores/texts.js';
import { textCardId } from '../textCardId.js';
import { judgeText, textFigures } from '../textFigures.js';

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
  const verdict = useVerdict();
  return (
    <div className={`steered-strip ${verdict}`} aria-hidden>
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

/** First word of the verdict on the text; empty while there is none. */
function useVerdict(): string {
  const { steered, baseline } = useTexts();
  const directions = useDirections();
  const loaded = useSession((state) => state.loaded);
  const layers = loaded?.shape.layers ?? 0;
  const current = loaded !== null && steered.comparisonKey === planKey(directions, loaded.stamp);
  const judgement = useMemo(() => {
    if (!current) return null;
    const spans = directions.entries.filter(({ enabled }) => enabled).map((entry) => spanOn(entry, layers));
    return judgeText(textFigures(steered, spans), textFigures(baseline, spans));
  }, [current, steered, baseline, directions, layers]);
  return judgement?.verdict.split(' ')[0] ?? '';
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
