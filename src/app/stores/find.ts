import { create } from 'zustand';
import type { Accepted, Arm, Report, SearchProgress } from '../../core/autopilot/index.js';
import type { ContrastTexts, FittedDirection } from '../../core/directions/direction.js';
import type { ErrorData } from '../../core/errors.js';
import type { VerdictLimits } from '../../core/measures/index.js';
import type { EffectChoice } from '../../core/outcomes/index.js';
import type { SamplingSettings } from '../../core/sampling.js';
import type { Scope } from '../../core/steering/plan.js';

/** How the user says what more is wanted of. */
export const findWays = ['direction', 'words', 'texts'] as const;
export type FindWay = (typeof findWays)[number];

export const findLosses = ['careful', 'moderate', 'bold'] as const;
export type FindLoss = (typeof findLosses)[number];

/** What is to be found, as it is typed. Kept over a reload: texts are work. */
export interface FindSpec {
  readonly way: FindWay;
  /** Null: the selected direction. */
  readonly directionId: string | null;
  /** Words with commas between them. */
  readonly toward: string;
  readonly away: string;
  readonly name: string;
  /** One text a line. */
  readonly positive: string;
  readonly negative: string;
  readonly loss: FindLoss;
}

/** What was looked for, said so that it stands by itself. */
export interface Sought {
  readonly name: string;
  readonly opposite: string;
  /** The direction that it was found from, if any. */
  readonly directionId: string | null;
  /** Whether the direction itself is taken, because it has no texts that another could be found from. */
  readonly fixed: boolean;
  /** What the direction was found from, and what judged it; null without texts. */
  readonly finding: ContrastTexts | null;
  readonly judging: ContrastTexts | null;
  /** Whether the two have no text in common. */
  readonly apart: boolean;
  readonly choice: EffectChoice;
  /** Which tokens were steered: those of the direction that it was found from. Absent: all. */
  readonly scope?: Scope;
  readonly budget: number;
  /** The worst state of a whole text that was accepted. */
  readonly worst: Accepted['worst'];
  readonly model: string;
  /** How all texts were written; each seed was the search's own. */
  readonly sampling: Omit<SamplingSettings, 'seed'>;
}

/** What a search came to. */
export interface Found {
  readonly sought: Sought;
  /** What the direction that it was found from did as it was set then, in words; null where it was not measured. */
  readonly asSet: string | null;
  /** Null: nothing stayed within the budget, or it was cancelled too early. */
  readonly best: {
    readonly arm: Arm;
    readonly strength: number;
    /** On the prompts that it was chosen on. */
    readonly effect: number;
    readonly cost: number;
    readonly direction: FittedDirection;
  } | null;
  /** The strength before it was lowered so that whole texts are in an accepted state; null where it was not. */
  readonly loweredFrom: number | null;
  /** Whether whole texts are in an accepted state. */
  readonly accepted: boolean;
  /** What states were judged by: those of the page when it began. */
  readonly limits: VerdictLimits;
  /** Null when it was cancelled before it was made. */
  readonly report: Report | null;
  readonly ended: 'done' | 'cancelled';
  readonly arms: number;
  readonly trials: number;
  readonly texts: number;
  readonly seconds: number;
  /** Id of the direction that it was set to, once it was used. */
  readonly usedId: string | null;
}

/** What was looked for in an experiment. */
export interface Searched {
  /** The search that runs. */
  readonly running: {
    readonly task: string;
    readonly progress: SearchProgress;
    /** Seconds that it may still take; null until that can be told. */
    readonly left: number | null;
  } | null;
  readonly found: Found | null;
  readonly error: ErrorData | null;
}

export interface FindState extends Searched {
  readonly spec: FindSpec;
  /** What was looked for, and may still be, in experiments that are not on the board, by their ids. */
  readonly aside: Readonly<Record<string, Searched>>;
}

export const freshFind: FindSpec = {
  way: 'direction',
  directionId: null,
  toward: '',
  away: '',
  name: '',
  positive: '',
  negative: '',
  loss: 'moderate',
};

export const nothingSearched: Searched = { running: null, found: null, error: null };

export const useFind = create<FindState>()(() => ({ spec: freshFind, ...nothingSearched, aside: {} }));

export function changeFind(change: Partial<FindSpec>): void {
  useFind.setState(({ spec }) => ({ spec: { ...spec, ...change }, error: null }));
}

/** Of the search with this task, in whichever experiment it is. */
export function changeSearch(task: string, change: Partial<Searched>): void {
  useFind.setState(({ running, aside }) => {
    if (running?.task === task) return change;
    const found = Object.entries(aside).find(([, searched]) => searched.running?.task === task);
    return found ? { aside: { ...aside, [found[0]]: { ...found[1], ...change } } } : {};
  });
}

/** What is there of the search with this task, in whichever experiment it is; null when it is in none. */
export function searchOf(task: string): Searched | null {
  const { aside, ...now } = useFind.getState();
  return [now, ...Object.values(aside)].find(({ running }) => running?.task === task) ?? null;
}
