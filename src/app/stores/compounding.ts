import { create } from 'zustand';
import type { CompoundingRun } from '../../core/compounding/run.js';
import type { ErrorData } from '../../core/errors.js';

/** What is asked of the compounding tab. */
export interface CompoundingSettings {
  /** Prompts beside the page's, one a line. */
  readonly morePrompts: string;
  readonly seeds: number;
  /** Generated tokens of each text. */
  readonly tokens: number;
  /** Generated tokens that the impulse steers. */
  readonly impulse: number;
}

/** What the runs are of, as it was when they were asked for. */
export interface CompoundingSubject {
  /** Says what was set, to tell whether it still is. */
  readonly key: string;
  readonly directionName: string;
  /** Layer where alignment is read; null: there was no direction to read along. */
  readonly layer: number | null;
  readonly layers: number;
  /** Layers that the plan changes, 0-based, ascending. */
  readonly steeredLayers: readonly number[];
  readonly impulse: number;
  /** Tokens that are read after each length of context; 0: none, since the prompt is a conversation. */
  readonly readTokens: number;
  /** Texts that were asked for: prompts × seeds. */
  readonly of: number;
  /** Whether the likeliest token was written each time (temperature 0), so that one seed stands for all. */
  readonly greedy: boolean;
}

/** What was read in an experiment. */
export interface Compounded {
  readonly subject: CompoundingSubject | null;
  /** Those that are done; others may follow while `task` is set. */
  readonly runs: readonly CompoundingRun[];
  /** The worker's task while it runs. */
  readonly task: string | null;
  /** 0…1 */
  readonly progress: number;
  readonly error: ErrorData | null;
}

export interface Compounding extends Compounded {
  readonly settings: CompoundingSettings;
  /** What was read, and may still be, in experiments that are not on the board, by their ids. */
  readonly aside: Readonly<Record<string, Compounded>>;
}

export const nothingCompounded: Compounded = { subject: null, runs: [], task: null, progress: 0, error: null };

export const useCompounding = create<Compounding>()(() => ({
  settings: { morePrompts: '', seeds: 4, tokens: 64, impulse: 8 },
  ...nothingCompounded,
  aside: {},
}));

export function changeCompounding(change: Partial<CompoundingSettings>): void {
  useCompounding.setState((state) => ({ settings: { ...state.settings, ...change } }));
}

/** Of the reading with this task, in whichever experiment it is. */
export function changeReading(task: string, change: Partial<Compounded>): void {
  useCompounding.setState((state) => {
    if (state.task === task) return change;
    const found = Object.entries(state.aside).find(([, compounded]) => compounded.task === task);
    return found ? { aside: { ...state.aside, [found[0]]: { ...found[1], ...change } } } : {};
  });
}
