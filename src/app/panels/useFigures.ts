import { useMemo } from 'react';
import { planKey, spanOn } from '../engine/plan.js';
import { isWritten } from '../engine/regeneration.js';
import type { RowName } from '../rows.js';
import { useDirections } from '../stores/directions.js';
import { useLimits } from '../stores/limits.js';
import { usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { useTexts } from '../stores/texts.js';
import { judgeText, textFigures, type TextFigures, type TextJudgement } from '../engine/textFigures.js';

/** A text's figures; the steered one's verdict while both texts are those of what is set: prompt, sampling and plan. */
export function useFigures(row: RowName): { readonly own: TextFigures; readonly judgement: TextJudgement | null } {
  const text = useTexts((state) => state[row]);
  const baseline = useTexts((state) => state.baseline);
  const directions = useDirections();
  const loaded = useSession((state) => state.loaded);
  const limits = useLimits((state) => state.limits);
  const layers = loaded?.shape.layers ?? 0;
  const spans = useMemo(
    () => directions.entries.filter((entry) => entry.enabled).map((entry) => spanOn(entry, layers)),
    [directions, layers],
  );
  const own = useMemo(() => textFigures(text, spans), [text, spans]);
  const other = useMemo(() => textFigures(baseline, spans), [baseline, spans]);
  // Prompt and sampling are looked at in `isWritten`.
  usePrompt();
  const judged =
    row === 'steered' && loaded !== null && text.comparisonKey === planKey(directions, loaded.stamp) && isWritten();
  return { own, judgement: judged ? judgeText(own, other, limits) : null };
}
