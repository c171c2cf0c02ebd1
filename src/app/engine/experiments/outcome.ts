/** What the experiment on the board gives, kept with it as soon as both texts are complete and compared. */
import {
  differencesOf,
  partingOf,
  type Circumstances,
  type KeptFigures,
  type KeptText,
  type Outcome,
} from '../../../core/experiments/index.js';
import type { LoadedModel } from '../../../protocol/api.js';
import { useDirections } from '../../stores/directions.js';
import { useExperiments } from '../../stores/experiments.js';
import { useLimits } from '../../stores/limits.js';
import { useSession } from '../../stores/session.js';
import { useTexts, type TextState } from '../../stores/texts.js';
import { currentPlanKey } from '../comparison.js';
import { isFindingMissing } from '../fitting.js';
import { spanOn } from '../plan.js';
import { isWritten } from '../regeneration.js';
import { judgeText, textFigures } from '../textFigures.js';
import { isUntouched, takeOutcome } from './present.js';

/** Starts to keep it. Returns what stops it. */
export function keepOutcomes(): () => void {
  const stops = [
    useTexts.subscribe((now, before) => {
      if (now.baseline === before.baseline && now.steered === before.steered) return;
      takeOutcomeNow();
    }),
    // The same texts, with another verdict.
    useLimits.subscribe(takeOutcomeNow),
  ];
  return () => stops.forEach((stop) => stop());
}

/** Where both texts are complete, they are the experiment's, and are held against those that came with it. */
export function takeOutcomeNow(): void {
  const outcome = outcomeNow();
  if (outcome) take(outcome);
}

/** Null while the texts are not what is set now, a direction is still to be found, or they are not compared yet. */
function outcomeNow(): Outcome | null {
  const { baseline, steered, writing } = useTexts.getState();
  const { loaded } = useSession.getState();
  const key = currentPlanKey();
  const made = circumstancesNow();
  const compared = [baseline, steered].every((text) => text.textId !== null && text.comparisonKey === key);
  if (writing || isFindingMissing() || !loaded || !made || key === null || !compared || !isWritten()) return null;
  return {
    made,
    baseline: keptText(baseline),
    steered: keptText(steered),
    figures: figuresOf(loaded, baseline, steered),
  };
}

function take(outcome: Outcome): void {
  const { outcome: before, reproduction } = useExperiments.getState();
  const untouched = isUntouched();
  if (reproduction)
    useExperiments.setState({
      reproduction: untouched ? { ...reproduction, result: compare(reproduction.kept, outcome) } : null,
    });
  // What an experiment gave where it was made stays with it while it is only looked at on another model, dtype or device.
  if (untouched && before && differencesOf(before.made, outcome.made).length > 0) return;
  takeOutcome(outcome);
}

function compare(kept: Outcome, here: Outcome) {
  return {
    baseline: partingOf(kept.baseline, here.baseline),
    steered: partingOf(kept.steered, here.steered),
    reasons: differencesOf(kept.made, here.made),
  };
}

/** Null while no model is loaded. */
export function circumstancesNow(): Circumstances | null {
  const { loaded, hub, folder, bundledId } = useSession.getState();
  if (!loaded) return null;
  const place = hub
    ? ({ kind: 'hub', id: hub.id, revision: hub.revision, host: hub.host } as const)
    : folder !== null
      ? ({ kind: 'folder', name: folder } as const)
      : ({ kind: 'bundled', id: bundledId } as const);
  return { place, model: { ...loaded.stamp }, device: loaded.device };
}

function keptText({ tokens, promptLength, reason }: TextState): KeptText {
  return {
    ids: tokens.map(({ id }) => id),
    // Special tokens are no part of what is read.
    pieces: tokens.map(({ piece, special }) => (special ? '' : piece)),
    promptLength,
    reason: reason ?? 'stopped',
  };
}

function figuresOf(loaded: LoadedModel, baseline: TextState, steered: TextState): KeptFigures {
  const { entries } = useDirections.getState();
  const spans = entries.filter(({ enabled }) => enabled).map((entry) => spanOn(entry, loaded.shape.layers));
  const own = textFigures(steered, spans);
  const other = textFigures(baseline, spans);
  const judgement = judgeText(own, other, useLimits.getState().limits);
  const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    meanKl: known(own.meanKl),
    perplexity: known(own.perplexity),
    baselinePerplexity: known(other.perplexity),
    distinct2: known(own.distinct2),
    baselineDistinct2: known(other.distinct2),
    normRatio: known(own.normRatio),
    verdict: judgement?.verdict ?? null,
    reasons: judgement?.reasons ?? [],
  };
}
