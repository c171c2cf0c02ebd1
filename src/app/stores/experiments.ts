import { create } from 'zustand';
import type { ExperimentDocument, Outcome, Parting } from '../../core/experiments/index.js';

/** What the list says of an experiment; the rest stays where it is saved until it is opened. */
export interface ExperimentSummary {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly changed: number;
  /** The model of its texts; null before they were complete once. */
  readonly model: string | null;
  /** How the steered text begins. */
  readonly line: string;
}

/** An experiment that came in by a link or a file and is not on the board yet. */
export interface IncomingExperiment {
  readonly from: 'link' | 'file';
  readonly document: ExperimentDocument;
}

/** Whether what was opened gives the same texts again. */
export interface Reproduction {
  /** What it gave where it was made. */
  readonly kept: Outcome;
  /** Null while the texts are being written. */
  readonly result: {
    readonly baseline: Parting | null;
    readonly steered: Parting | null;
    /** What is other here, a clause each. */
    readonly reasons: readonly string[];
  } | null;
}

export type ExperimentsPage = 'list' | 'compare' | 'link';

export interface Experiments {
  /** The one on the board; null until the page has begun. */
  readonly current: ExperimentSummary | null;
  /** What it gave when it was last complete; null before that. */
  readonly outcome: Outcome | null;
  /** All that are saved here, the one changed last first. */
  readonly list: readonly ExperimentSummary[];
  /** The one that was deleted last, until another is or the dialog is closed. */
  readonly deleted: ExperimentSummary | null;
  /** The page of the dialog that is open. */
  readonly page: ExperimentsPage | null;
  /** Ids of those that are compared, two or three. */
  readonly compared: readonly string[];
  readonly incoming: IncomingExperiment | null;
  readonly reproduction: Reproduction | null;
  /** What there is to know of the one on the board, a sentence each, until it is dismissed. */
  readonly notes: readonly string[];
  /** Whether the browser saves what is measured. */
  readonly resultsKept: boolean;
}

export const useExperiments = create<Experiments>()(() => ({
  current: null,
  outcome: null,
  list: [],
  deleted: null,
  page: null,
  compared: [],
  incoming: null,
  reproduction: null,
  notes: [],
  resultsKept: true,
}));

export function noteExperiment(note: string): void {
  useExperiments.setState(({ notes }) => ({ notes: [...notes.filter((other) => other !== note), note] }));
}

/** Where nothing was chosen to be compared, the one on the board is, with the one that was changed last beside it. */
export function openExperiments(page: ExperimentsPage): void {
  useExperiments.setState((state) => ({ page, ...(page === 'compare' && { compared: comparedAtFirst(state) }) }));
}

function comparedAtFirst({ compared, current, list }: Experiments): readonly string[] {
  const there = compared.filter((id) => list.some((summary) => summary.id === id));
  if (there.length > 1 || !current) return there;
  const other = there.find((id) => id !== current.id) ?? list.find(({ id }) => id !== current.id)?.id;
  return other === undefined ? there : [current.id, other];
}

export function closeExperiments(): void {
  useExperiments.setState({ page: null, deleted: null });
}

export const mostCompared = 3;

/** Adds one to those that are compared, or takes it out; at most three. */
export function toggleCompared(id: string): void {
  useExperiments.setState(({ compared }) => {
    if (compared.includes(id)) return { compared: compared.filter((other) => other !== id) };
    return compared.length < mostCompared ? { compared: [...compared, id] } : {};
  });
}
