import {
  distinctN,
  judge,
  judgedFigures,
  perplexity,
  type JudgedName,
  type Judgement,
  type VerdictLimits,
} from '../../core/measures/index.js';
import type { LayerSpan } from '../stores/directions.js';
import type { TextState } from '../stores/texts.js';

/** The numbers under a text; NaN where it is not known yet. */
export interface TextFigures {
  /** Of the generated tokens under the unsteered model. */
  readonly perplexity: number;
  readonly distinct2: number;
  /** Mean KL(steered ‖ baseline) of a generated token, nats. */
  readonly meanKl: number;
  /** The largest mean norm ratio of the steered layers. */
  readonly normRatio: number;
}

export function textFigures(text: TextState, steeredLayers: readonly LayerSpan[]): TextFigures {
  const { comparison, tokens, promptLength } = text;
  const generated = tokens.slice(promptLength).filter((token) => !token.special);
  const distinct2 = text.reason
    ? distinctN(
        generated.map((token) => token.id),
        2,
      )
    : NaN;
  if (!comparison || !text.textId) return { perplexity: NaN, distinct2, meanKl: NaN, normRatio: NaN };
  const from = comparison.promptLength;
  const kl = comparison.kl.subarray(from);
  const steered = [...comparison.normRatio].filter((_, layer) =>
    steeredLayers.some(([first, last]) => layer >= first && layer <= last),
  );
  return {
    perplexity: perplexity(comparison.baselineNll.subarray(from)),
    distinct2,
    meanKl: kl.length > 0 ? kl.reduce((sum, value) => sum + value, 0) / kl.length : NaN,
    normRatio: steered.length > 0 ? Math.max(...steered) : NaN,
  };
}

/** The word with the figures that it follows from. */
export interface TextJudgement extends Judgement {
  readonly figures: Readonly<Record<JudgedName, number>>;
}

/** A plain word for the steered text's state, or null until it can be said. */
export function judgeText(steered: TextFigures, baseline: TextFigures, limits: VerdictLimits): TextJudgement | null {
  if (Number.isNaN(steered.meanKl) && Number.isNaN(steered.perplexity)) return null;
  const figures = {
    meanKl: steered.meanKl,
    perplexityRatio: steered.perplexity / baseline.perplexity,
    distinct2: steered.distinct2,
    baselineDistinct2: baseline.distinct2,
    normRatio: steered.normRatio,
  };
  return { ...judge(figures, limits), figures: judgedFigures(figures) };
}
