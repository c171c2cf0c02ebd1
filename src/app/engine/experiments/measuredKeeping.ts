/**
 * Saves what is measured, of the experiment on the board and of those that something runs for elsewhere: what changed of it, at most
 * once in a while. When storage is full or blocked the results stay while the page is open, and the page says so.
 */
import { z } from 'zod';
import { SteerboardError, toErrorData } from '../../../core/errors.js';
import { useExperiments } from '../../stores/experiments.js';
import { useFind } from '../../stores/find.js';
import { clearProblem, reportProblem } from '../../stores/status.js';
import { useSweep, type SweepRun, type SweptText } from '../../stores/sweep.js';
import { atMostEvery } from '../frame.js';
import { saveNow } from '../persistence.js';
import { measuredInMemory, nothingMeasured, type Measured } from './measured.js';
import { foundJson, runJson, textJson } from './measuredForm.js';
import { changeMeasured, measuredVersion, type MeasuredChange } from './measuredRecords.js';
import { whileOurs } from './ownership.js';
import { isUnsavedCopy } from './present.js';

const spacingMs = 1000;
/** Texts that are written in one turn: to copy them takes the page's thread. */
const mostAtOnce = 50;

/** What is saved of an experiment, as it was in the stores. */
interface Written extends Measured {
  readonly texts: ReadonlyMap<string, SweptText>;
  /** Whether these are all texts of the run. */
  readonly isWhole: boolean;
}

/** By the experiment's id. */
const written = new Map<string, Written>();

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

/** Says what is saved already, so that it is not written again. */
export function markWritten(id: string, { swept, searched }: Partial<Measured>): void {
  const {
    texts: before,
    isWhole,
    ...known
  } = written.get(id) ?? { ...nothingMeasured, texts: new Map(), isWhole: true };
  const texts = swept ? (swept.run?.texts ?? new Map()) : before;
  written.set(id, {
    swept: swept ?? known.swept,
    searched: searched ?? known.searched,
    texts,
    isWhole: !!swept || isWhole,
  });
}

/** Of an experiment that is deleted. */
export function forgetWritten(id: string): void {
  written.delete(id);
}

/** Saves all that is not saved yet. @param most texts in a turn */
export async function saveMeasured(most = mostAtOnce): Promise<void> {
  const { current } = useExperiments.getState();
  const aside = [useSweep, useFind].flatMap((store) => Object.keys(store.getState().aside));
  const ids = new Set(current ? [current.id, ...aside] : aside);
  try {
    for (const id of ids) while (await saveSome(id, most));
    // What is in memory no longer is read again when it is wanted.
    for (const id of [...written.keys()].filter((other) => !ids.has(other) && !isInMemory(other))) written.delete(id);
    setKept(true);
  } catch (error) {
    setKept(false, error instanceof z.core.$ZodError ? unreadable : blocked);
  }
}

function isInMemory(id: string): boolean {
  const { swept, searched } = measuredInMemory(id);
  return swept !== undefined || searched !== undefined;
}

/** @returns whether more is to be saved */
async function saveSome(id: string, most: number): Promise<boolean> {
  if (!changeOf(id, most)) return false;
  if (useExperiments.getState().current?.id === id) {
    // What is measured in an experiment that nothing was changed of makes it one to be kept.
    if (isNothing(written.get(id))) await saveNow();
    if (isUnsavedCopy()) return false;
  }
  let isMore = false;
  await whileOurs(id, async () => {
    const change = changeOf(id, most);
    if (!change) return;
    await changeMeasured(id, change);
    written.set(id, change.after);
    isMore = change.isMore;
  });
  return isMore;
}

function isNothing(measured: Measured | undefined): boolean {
  return !measured?.swept.run && !measured?.searched.found && !measured?.searched.running;
}

interface Change extends MeasuredChange {
  readonly after: Written;
  readonly isMore: boolean;
}

/** Null when all is saved. What is not in memory of an experiment is as it was saved. */
function changeOf(id: string, most: number): Change | null {
  const before = written.get(id);
  const { swept, searched } = { ...(before ?? nothingMeasured), ...measuredInMemory(id) };
  const { run } = swept;
  if (!before && isNothing({ swept, searched })) return null;
  const isNewHead = !before || !sameHead(before, { swept, searched });
  if (!isNewHead && before.isWhole && before.swept.run?.texts === run?.texts) return null;
  const anew = run?.id !== before?.swept.run?.id;
  const texts = new Map(anew ? [] : before?.texts);
  const missing = [...(run?.texts.values() ?? [])].filter((text) => texts.get(text.id) !== text);
  const taken = missing.slice(0, most);
  for (const text of taken) texts.set(text.id, text);
  const isMore = taken.length < missing.length;
  return {
    head: isNewHead
      ? {
          version: measuredVersion,
          run: run && runJson(run),
          shown: swept.shown,
          found: searched.found && foundJson(searched.found),
          searching: searched.running !== null,
        }
      : null,
    anew,
    runId: run?.id ?? null,
    texts: taken.map(textJson),
    after: { swept, searched, texts, isWhole: !isMore },
    isMore,
  };
}

/** Texts and points come all the time, and are no part of it. */
const inHead = ['id', 'context', 'settings', 'failures', 'error'] as const satisfies readonly (keyof SweepRun)[];

function sameHead({ swept, searched }: Measured, now: Measured): boolean {
  const [a, b] = [swept.run, now.swept.run];
  return (
    (a === b || (a !== null && b !== null && inHead.every((key) => a[key] === b[key]))) &&
    (a?.task ?? null) === (b?.task ?? null) &&
    swept.shown === now.swept.shown &&
    searched.found === now.searched.found &&
    (searched.running === null) === (now.searched.running === null)
  );
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
