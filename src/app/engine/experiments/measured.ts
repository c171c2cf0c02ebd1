/**
 * What was measured in an experiment goes with it: when it is left, its sweep, search and compounding are put aside as they
 * are, and what still runs goes on there; when it is on the board again, so are they. Sweeps and searches are saved, too
 * (`measuredKeeping.ts`); what was read of compounding is not.
 */
import { nothingCompounded, useCompounding, type Compounded, type Compounding } from '../../stores/compounding.js';
import { nothingSearched, useFind, type FindState, type Searched } from '../../stores/find.js';
import { nothingSwept, useSweep, type Sweep, type Swept } from '../../stores/sweep.js';
import { useExperiments } from '../../stores/experiments.js';
import { cancelTask } from '../connection.js';

/** Something that runs for an experiment which is not on the board. */
export interface Elsewhere {
  readonly experimentId: string;
  readonly task: string;
}

/** Experiments beside the one on the board whose results are kept; texts of a sweep take memory. Those that run are kept in any case. */
const mostAside = 4;

/** What is saved of what was measured in an experiment. */
export interface Measured {
  readonly swept: Swept;
  readonly searched: Searched;
}

/** What is in memory of an experiment: all of the one on the board, and what was put aside of another. The rest may be saved. */
export function measuredInMemory(id: string): Partial<Measured> {
  const [sweep, find] = [useSweep.getState(), useFind.getState()];
  if (useExperiments.getState().current?.id === id) {
    const { run, shown } = sweep;
    const { running, found, error } = find;
    return { swept: { run, shown }, searched: { running, found, error } };
  }
  const [swept, searched] = [sweep.aside[id], find.aside[id]];
  return { ...(swept && { swept }), ...(searched && { searched }) };
}

export const nothingMeasured: Measured = { swept: nothingSwept, searched: nothingSearched };

/** What was measured, for a copy of its experiment: what still runs goes on for the experiment itself. */
export function copyOfMeasured({ swept: { run, shown }, searched: { found } }: Measured): Measured {
  const copy = run && { ...run, id: crypto.randomUUID(), task: null, progress: null };
  return { swept: { run: copy, shown }, searched: { running: null, found, error: null } };
}

/**
 * @param from the experiment that is left; null: none was on the board
 * @param saved what is saved of the one that comes, where nothing of it is in memory
 */
export function bringMeasured(from: string | null, to: string, saved: Measured | null = null): void {
  if (from === to) return;
  const sweep = useSweep.getState();
  const swept = exchanged<Swept>(
    sweep,
    { run: sweep.run, shown: sweep.shown },
    nothingSwept,
    from,
    to,
    sweepTask,
    saved?.swept,
  );
  useSweep.setState({ ...swept.now, aside: swept.aside });
  const find = useFind.getState();
  const { running, found, error } = find;
  const searched = exchanged<Searched>(
    find,
    { running, found, error },
    nothingSearched,
    from,
    to,
    searchTask,
    saved?.searched,
  );
  useFind.setState({ ...searched.now, aside: searched.aside });
  const { settings: _, aside, ...compounded } = useCompounding.getState();
  const read = exchanged<Compounded>({ aside }, compounded, nothingCompounded, from, to, readingTask);
  useCompounding.setState({ ...read.now, aside: read.aside });
}

/** What was measured in the experiment on the board, or is being measured: as it was for as long as each is the same. */
export function measuredNow(): readonly unknown[] {
  const { running, found } = useFind.getState();
  return [useSweep.getState().run, running, found, useCompounding.getState().subject];
}

/** Of an experiment that is deleted: what runs for it ends. */
export function dropMeasured(id: string): void {
  const [sweep, find, compounding] = [useSweep.getState(), useFind.getState(), useCompounding.getState()];
  const tasks = [
    sweep.aside[id] && sweepTask(sweep.aside[id]),
    find.aside[id] && searchTask(find.aside[id]),
    compounding.aside[id] && readingTask(compounding.aside[id]),
  ];
  for (const task of tasks) if (task) cancelTask(task);
  useSweep.setState({ aside: without(sweep.aside, id) });
  useFind.setState({ aside: without(find.aside, id) });
  useCompounding.setState({ aside: without(compounding.aside, id) });
}

/** Of an experiment that is not on the board: of what is in memory only what still runs stays. */
export function dropEnded(id: string): void {
  const [sweep, find] = [useSweep.getState(), useFind.getState()];
  if (sweep.aside[id] && sweepTask(sweep.aside[id]) === null) useSweep.setState({ aside: without(sweep.aside, id) });
  if (find.aside[id] && searchTask(find.aside[id]) === null) useFind.setState({ aside: without(find.aside, id) });
}

/** The sweep that is written for an experiment which is not on the board: one at a time, since each takes the model's time. */
export function sweptElsewhere({ aside }: Pick<Sweep, 'aside'>): Elsewhere | null {
  return runningIn(aside, sweepTask);
}

/** The search that goes on for an experiment which is not on the board. */
export function searchedElsewhere({ aside }: Pick<FindState, 'aside'>): Elsewhere | null {
  return runningIn(aside, searchTask);
}

/** What is read for an experiment which is not on the board. */
export function compoundedElsewhere({ aside }: Pick<Compounding, 'aside'>): Elsewhere | null {
  return runningIn(aside, readingTask);
}

function runningIn<Part>(aside: Aside<Part>, taskOf: (measured: Part) => string | null): Elsewhere | null {
  for (const [experimentId, measured] of Object.entries(aside)) {
    const task = taskOf(measured);
    if (task !== null) return { experimentId, task };
  }
  return null;
}

const sweepTask = ({ run }: Swept): string | null => run?.task ?? null;
const searchTask = ({ running }: Searched): string | null => running?.task ?? null;
const readingTask = ({ task }: Compounded): string | null => task;

type Aside<Part> = Readonly<Record<string, Part>>;

/** What is on the board then, and what is aside. */
function exchanged<Part>(
  { aside }: { readonly aside: Aside<Part> },
  now: Part,
  nothing: Part,
  from: string | null,
  to: string,
  taskOf: (measured: Part) => string | null,
  saved: Part = nothing,
): { readonly now: Part; readonly aside: Aside<Part> } {
  const others = Object.entries(without(aside, to)).filter(([id]) => id !== from);
  // One that nothing was measured in would take the place of another's results.
  const isLeft = from !== null && !isNothing(now, nothing);
  const left: readonly (readonly [string, Part])[] = isLeft ? [...others, [from, now]] : others;
  const kept = left.filter(([, measured], at) => taskOf(measured) !== null || at >= left.length - mostAside);
  return { now: aside[to] ?? saved, aside: Object.fromEntries(kept) };
}

function isNothing<Part>(measured: Part, nothing: Part): boolean {
  return (Object.keys(nothing as object) as (keyof Part)[]).every((key) => measured[key] === nothing[key]);
}

function without<Part>(aside: Aside<Part>, id: string): Aside<Part> {
  return Object.fromEntries(Object.entries(aside).filter(([other]) => other !== id));
}
