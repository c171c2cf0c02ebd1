/** The experiment on the board: what it was when it was opened, and what of it is saved now. */
import { generatedText, type Outcome } from '../../../core/experiments/index.js';
import { useExperiments, type ExperimentSummary } from '../../stores/experiments.js';
import { useSession } from '../../stores/session.js';
import { takeSnapshot, type Snapshot } from '../snapshot.js';
import type { Content } from './content.js';
import { measuredNow } from './measured.js';
import type { ExperimentRecord } from './records.js';
import { sameSettings, sameTyped } from './settings.js';

/** How many characters of the steered text the list shows. */
const lineLength = 160;

/** The board when it was opened, and when it was saved last. */
let opened: Snapshot | null = null;
let lastSaved: Snapshot | null = null;
/** The board that gave the outcome; null when that is not known. */
let written: Snapshot | null = null;
/** What was measured when it was opened. */
let measuredAtFirst: readonly unknown[] = [];
/** Whether the user has changed nothing since it was opened. */
let untouched = true;
/** A copy is saved once it differs from what it is a copy of. */
let isCopy = false;
/** Of an experiment whose model is not open: the choice of model that it goes on being saved with, while nothing is changed. */
let otherSession: Snapshot['session'] | null = null;
/** While that model is being opened it stays the experiment's, whatever is changed meanwhile. */
let isModelComing = false;

/** Makes what is in the stores now the experiment. */
export function beginPresent(
  summary: ExperimentSummary,
  outcome: Content['outcome'],
  how: { readonly isCopy?: boolean; readonly session?: Snapshot['session'] | null } = {},
): void {
  useExperiments.setState({ current: summary, outcome, reproduction: null, notes: [] });
  opened = null;
  lastSaved = null;
  written = null;
  untouched = true;
  isCopy = how.isCopy ?? false;
  otherSession = how.session ?? null;
  isModelComing = otherSession !== null;
}

/** After its board and what was measured were put into the stores. @param isOfBoard whether the outcome is what this board gives */
export function settlePresent(isOfBoard: boolean): void {
  opened = takeSnapshot();
  lastSaved = opened;
  measuredAtFirst = measuredNow();
  written = isOfBoard ? opened : null;
}

/** Puts what the board gives now with it. */
export function takeOutcome(outcome: Outcome): void {
  written = takeSnapshot();
  if (JSON.stringify(useExperiments.getState().outcome) !== JSON.stringify(outcome))
    useExperiments.setState({ outcome });
}

/** Whether the outcome is what is set now. */
export function isOutcomeOf(now: Snapshot = takeSnapshot()): boolean {
  return written !== null && sameSettings(now, written);
}

/** After its model was opened, or not. @param isOpen whether the one that is used belongs to the experiment */
export function settleModel(isOpen: boolean): void {
  if (isOpen) otherSession = null;
  isModelComing = false;
}

/** Whether what is set is still what was opened; what only follows from it is no change. */
export function isUntouched(now: Snapshot = takeSnapshot()): boolean {
  if (opened && !sameSettings(now, opened)) untouched = false;
  return untouched;
}

function isMeasuredSince(): boolean {
  return measuredNow().some((it, at) => it !== measuredAtFirst[at]);
}

/** Whether it is a copy that nothing was changed of, which is not saved. */
export function isUnsavedCopy(): boolean {
  return isCopy;
}

/**
 * What is to be saved of it now; null when there is nothing.
 *
 * @param time milliseconds since 1970
 */
export function presentRecord(time: number): (ExperimentRecord & { readonly content: Content }) | null {
  const { current, outcome } = useExperiments.getState();
  if (!current) return null;
  const now = takeSnapshot();
  const asOpened = isUntouched(now);
  // What is measured in a copy leads back to it.
  if (isCopy && asOpened && !isMeasuredSince() && (!opened || sameTyped(now, opened))) return null;
  isCopy = false;
  const changed = lastSaved && sameSettings(now, lastSaved) ? current.changed : time;
  lastSaved = now;
  const summary = {
    ...current,
    changed,
    model: outcome?.made.model.id ?? useSession.getState().loaded?.stamp.id ?? current.model,
    line: outcome ? generatedText(outcome.steered).trim().slice(0, lineLength) : current.line,
  };
  const snapshot = otherSession && (asOpened || isModelComing) ? { ...now, session: otherSession } : now;
  return { summary, content: { snapshot, outcome, isOfBoard: isOutcomeOf(now) } };
}
