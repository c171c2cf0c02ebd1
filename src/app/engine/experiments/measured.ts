/**
 * What was measured in an experiment goes with it: when it is left, its sweep, search and compounding are put aside as they
 * are, and what still runs goes on there; when it is on the board again, so are they. Nothing of it is saved.
 */
import { nothingCompounded, useCompounding, type Compounded, type Compounding } from '../../stores/compounding.js';
import { nothingSearched, useFind, type FindState, type Searched } from '../../stores/find.js';
import { nothingSwept, useSweep, type Sweep, type Swept } from '../../stores/sweep.js';
import { cancelTask } from '../connection.js';

/** Something that runs for an experiment which is not on the board. */
export interface Elsewhere {
  readonly experimentId: string;
  readonly task: string;
}

/** Experiments beside the one on the board whose results are kept; texts of a sweep take memory. Those that run are kept in any case. */
const mostAside = 4;

/** @param from the experiment that is left; null: none was on the board */
export function bringMeasured(from: string | null, to: string): void {
  if (from === to) return;
  const sweep = useSweep.getState();
  const swept = exchanged<Swept>(sweep, { run: sweep.run, shown: sweep.shown }, nothingSwept, from, to, sweepTask);
  useSweep.setState({ ...swept.now, aside: swept.aside });
  const find = useFind.getState();
  const { running, found, error } = find;
  const searched = exchanged<Searched>(find, { running, found, error }, nothingSearched, from, to, searchTask);
  useFind.setState({ ...searched.now, aside: searched.aside });
  const { settings: _, aside, ...compounded } = useCompounding.getState();
  const read = exchanged<Compounded>({ aside }, compounded, nothingCompounded, from, to, readingTask);
  useCompounding.setState({ ...read.now, aside: read.aside });
}

/** Whether anything was measured in the experiment on the board, or is being measured. */
export function hasMeasured(): boolean {
  const { running, found } = useFind.getState();
  return [useSweep.getState().run, running, found, useCompounding.getState().subject].some((it) => it !== null);
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

function runningIn<Measured>(aside: Aside<Measured>, taskOf: (measured: Measured) => string | null): Elsewhere | null {
  for (const [experimentId, measured] of Object.entries(aside)) {
    const task = taskOf(measured);
    if (task !== null) return { experimentId, task };
  }
  return null;
}

const sweepTask = ({ run }: Swept): string | null => run?.task ?? null;
const searchTask = ({ running }: Searched): string | null => running?.task ?? null;
const readingTask = ({ task }: Compounded): string | null => task;

type Aside<Measured> = Readonly<Record<string, Measured>>;

/** What is on the board then, and what is aside. */
function exchanged<Measured>(
  { aside }: { readonly aside: Aside<Measured> },
  now: Measured,
  nothing: Measured,
  from: string | null,
  to: string,
  taskOf: (measured: Measured) => string | null,
): { readonly now: Measured; readonly aside: Aside<Measured> } {
  const others = Object.entries(without(aside, to)).filter(([id]) => id !== from);
  // One that nothing was measured in would take the place of another's results.
  const isLeft = from !== null && !isNothing(now, nothing);
  const left: readonly (readonly [string, Measured])[] = isLeft ? [...others, [from, now]] : others;
  const kept = left.filter(([, measured], at) => taskOf(measured) !== null || at >= left.length - mostAside);
  return { now: aside[to] ?? nothing, aside: Object.fromEntries(kept) };
}

function isNothing<Measured>(measured: Measured, nothing: Measured): boolean {
  return (Object.keys(nothing as object) as (keyof Measured)[]).every((key) => measured[key] === nothing[key]);
}

function without<Measured>(aside: Aside<Measured>, id: string): Aside<Measured> {
  return Object.fromEntries(Object.entries(aside).filter(([other]) => other !== id));
}
