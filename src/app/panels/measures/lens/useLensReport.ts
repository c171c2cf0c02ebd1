import { useEffect, useMemo } from 'react';
import type { LensReport, LoadedModel } from '../../../../protocol/api.js';
import { call } from '../../../engine/connection.js';
import { planKey, planOf } from '../../../engine/plan.js';
import { useDirections } from '../../../stores/directions.js';
import { useTexts, type Token } from '../../../stores/texts.js';
import { useAnswer, type Answer, type Ask } from '../../lab/useAnswer.js';
import { useSettled } from '../../useSettled.js';

const candidates = 5;

/** A report with the text that it is of, which may be an older one than the page's. */
export interface SeenText {
  readonly report: LensReport;
  readonly tokens: readonly Token[];
  readonly promptLength: number;
}

/**
 * The lens of the steered text's tokens from `from` to before `to`, asked for when the text is complete. What it keeps in
 * memory goes with the tab.
 */
export function useLensReport(loaded: LoadedModel, from: number, to: number): Answer<SeenText> {
  const { textId, tokens, promptLength } = useTexts((state) => state.steered);
  const writing = useTexts((state) => state.writing);
  const key = useDirections((state) => planKey(state, loaded.stamp));
  const question = useMemo(
    () =>
      textId && !writing && to > from
        ? { textId, tokens, promptLength, from, to, key, plan: planOf(useDirections.getState(), loaded.stamp) }
        : null,
    [textId, writing, tokens, promptLength, from, to, key, loaded],
  );
  const settled = useSettled(question);
  const ask = useMemo((): Ask<SeenText> | null => {
    if (!settled) return null;
    const { tokens, promptLength, key: _, ...request } = settled;
    return async (api, task, onProgress) => ({
      report: await api.logitLens({ task, candidates, ...request }, onProgress),
      tokens,
      promptLength,
    });
  }, [settled]);
  useEffect(
    () => () => {
      void call((api) => api.releaseLens()).catch(() => undefined);
    },
    [],
  );
  return useAnswer(ask);
}
