/**
 * What this tab knows to be saved of what was measured, and what is to be saved beside it. Another tab may have had an experiment
 * since it was left here, so what is saved can be another's by now.
 */
import type { SweepRun, SweptText } from '../../stores/sweep.js';
import { measuredInMemory, nothingMeasured, type Measured } from './measured.js';
import { foundJson, runJson, textJson } from './measuredForm.js';
import { getMeasuredHead, measuredVersion, type MeasuredChange, type MeasuredHead } from './measuredRecords.js';

/** What is saved of an experiment, as it was in the stores. */
interface Written extends Measured {
  readonly texts: ReadonlyMap<string, SweptText>;
  /** Whether these are all texts of the run. */
  readonly isWhole: boolean;
}

/** By the experiment's id. */
const written = new Map<string, Written>();

/** Experiments whose results could not be read: nobody knows what there is, so nothing takes its place. */
const unread = new Set<string>();

export function noteRead(id: string, succeeded: boolean): void {
  if (succeeded) unread.delete(id);
  else unread.add(id);
}

export function isUnread(id: string): boolean {
  return unread.has(id);
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

/** Of experiments of which nothing is in memory: they are read again when they are wanted. */
export function forgetAllBut(ids: ReadonlySet<string>): void {
  for (const id of [...written.keys()].filter((other) => !ids.has(other) && !isInMemory(other))) written.delete(id);
}

function isInMemory(id: string): boolean {
  const { swept, searched } = measuredInMemory(id);
  return swept !== undefined || searched !== undefined;
}

/** What this tab wrote or read last. */
export function writtenOf(id: string): Measured | undefined {
  return written.get(id);
}

/** After a change was saved. */
export function noteWritten(id: string, { after }: Change): void {
  written.set(id, after);
}

/** Whether what is saved is what this tab wrote or read last; also where nothing is known of it. */
export async function isAsWritten(id: string): Promise<boolean> {
  const before = written.get(id);
  if (!before) return true;
  const saved = await getMeasuredHead(id).catch(() => undefined);
  return saved === undefined || JSON.stringify(saved) === JSON.stringify(headOf(before));
}

/** Whether there is nothing to be saved. */
export function isNothing(measured: Measured | undefined): boolean {
  return !measured?.swept.run && !measured?.searched.found && !measured?.searched.running;
}

interface Change extends MeasuredChange {
  readonly after: Written;
  readonly isMore: boolean;
}

function headOf({ swept: { run, shown }, searched: { found, running } }: Measured): MeasuredHead {
  return {
    version: measuredVersion,
    run: run && runJson(run),
    shown,
    found: found && foundJson(found),
    searching: running !== null,
  };
}

/** What is not in memory of an experiment is as it was saved. */
function measuredOf(id: string): Measured {
  return { ...(written.get(id) ?? nothingMeasured), ...measuredInMemory(id) };
}

/** Whether all that is in memory of an experiment was saved. */
export function isAllSaved(id: string): boolean {
  const [before, now] = [written.get(id), measuredOf(id)];
  if (!before) return isNothing(now);
  return sameHead(before, now) && before.isWhole && before.swept.run?.texts === now.swept.run?.texts;
}

/** Null when all is saved. @throws ZodError for what could not be read back */
export function changeOf(id: string, most: number): Change | null {
  if (isAllSaved(id)) return null;
  const before = written.get(id);
  const { swept, searched } = measuredOf(id);
  const { run } = swept;
  const isNewHead = !before || !sameHead(before, { swept, searched });
  const anew = run?.id !== before?.swept.run?.id;
  const texts = new Map(anew ? [] : before?.texts);
  const missing = [...(run?.texts.values() ?? [])].filter((text) => texts.get(text.id) !== text);
  const taken = missing.slice(0, most);
  for (const text of taken) texts.set(text.id, text);
  const isMore = taken.length < missing.length;
  return {
    head: isNewHead ? headOf({ swept, searched }) : null,
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
