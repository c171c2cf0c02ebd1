/**
 * Saves what is measured, of the experiment on the board and of those that something runs for elsewhere: what changed of it, at most
 * once in a while. When storage is full or blocked the results stay while the page is open, and the page says so.
 */
import { z } from 'zod';
import { SteerboardError, toErrorData } from '../../../core/errors.js';
import { useExperiments } from '../../stores/experiments.js';
import { useFind } from '../../stores/find.js';
import { clearProblem, reportProblem } from '../../stores/status.js';
import { useSweep } from '../../stores/sweep.js';
import { atMostEvery } from '../frame.js';
import { saveNow } from '../persistence.js';
import { loadMeasured } from './measuredLoading.js';
import { changeMeasured } from './measuredRecords.js';
import {
  changeOf,
  forgetAllBut,
  isAllSaved,
  isAsWritten,
  isNothing,
  isUnread,
  markWritten,
  noteWritten,
  writtenOf,
} from './measuredWritten.js';
import { whileOurs } from './ownership.js';
import { isUnsavedCopy } from './present.js';

const spacingMs = 1000;
/** Texts that are written in one turn: to copy them takes the page's thread. */
const mostAtOnce = 50;

/** Starts to save. Returns what stops it. */
export function keepMeasured(): () => void {
  const soon = atMostEvery(spacingMs, () => void saveMeasured());
  const leave = (): void => void saveMeasured(Infinity);
  const stops = [
    useSweep.subscribe((now, before) => {
      if (now.run !== before.run || now.shown !== before.shown || now.aside !== before.aside) soon.ask();
    }),
    useFind.subscribe((now, before) => {
      if (now.running?.task !== before.running?.task || now.found !== before.found || now.aside !== before.aside)
        soon.ask();
    }),
    // A copy is saved once it is changed.
    useExperiments.subscribe((now, before) => now.current !== before.current && soon.ask()),
  ];
  const hide = (): void => {
    if (document.visibilityState === 'hidden') leave();
  };
  document.addEventListener('visibilitychange', hide);
  window.addEventListener('pagehide', leave);
  return () => {
    for (const stop of stops) stop();
    document.removeEventListener('visibilitychange', hide);
    window.removeEventListener('pagehide', leave);
  };
}

/** Saves all that is not saved yet. @param most texts in a turn */
export async function saveMeasured(most = mostAtOnce): Promise<void> {
  const { current } = useExperiments.getState();
  const aside = [useSweep, useFind].flatMap((store) => Object.keys(store.getState().aside));
  const ids = new Set(current ? [current.id, ...aside] : aside);
  try {
    for (const id of ids) {
      let isMore = await saveSome(id, most, true);
      while (isMore) isMore = await saveSome(id, most, false);
    }
    forgetAllBut(ids);
    setKept(true);
  } catch (error) {
    setKept(false, error instanceof z.core.$ZodError ? unreadable : blocked);
  }
}

/**
 * @param isFirst whether another tab may have saved since
 * @returns whether more is to be saved
 */
async function saveSome(id: string, most: number, isFirst: boolean): Promise<boolean> {
  if (isAllSaved(id)) return false;
  if (isUnread(id)) throw blocked;
  const isOnBoard = useExperiments.getState().current?.id === id;
  if (isOnBoard) {
    // What is measured in an experiment that nothing was changed of makes it one to be kept.
    if (isNothing(writtenOf(id))) await saveNow();
    if (isUnsavedCopy()) return false;
  }
  let isMore = false;
  await whileOurs(id, async () => {
    // Another tab may have saved another sweep meanwhile. Texts of both must not be mixed, and its search is to stay.
    if (isFirst && !isOnBoard && !(await isAsWritten(id))) markWritten(id, await loadMeasured(id));
    const change = changeOf(id, most);
    if (!change) return;
    await changeMeasured(id, change);
    noteWritten(id, change);
    isMore = change.isMore;
  });
  return isMore;
}

const blocked = new SteerboardError(
  'storage-full',
  'This browser does not let the page save what was measured (storage is full or blocked). It is there while the page is open: save a sweep as CSV or JSON, and use what was found, before you close it.',
);
/** What could not be read back never takes the place of what can. */
const unreadable = new SteerboardError(
  'document-invalid',
  'What was measured is not saved now, since it holds what could not be read back. It is there while the page is open: save a sweep as CSV or JSON, and use what was found, before you close it.',
);

function setKept(isKept: boolean, why = blocked): void {
  if (useExperiments.getState().resultsKept === isKept) return;
  useExperiments.setState({ resultsKept: isKept });
  if (isKept) clearProblem('results');
  else reportProblem({ about: 'results', error: toErrorData(why) });
}
