import { create } from 'zustand';
import type { CostPoint } from '../../core/calibration/index.js';

/** What texts cost over the strengths of one direction. */
export interface Calibrated {
  /** Says what was calibrated: everything of the direction and its application but the strength. */
  readonly key: string;
  /** Nats a token; the strengths where it is left were looked at closely. */
  readonly budget: number;
  readonly points: readonly CostPoint[];
  /** Texts a strength, of at most so many tokens. */
  readonly texts: number;
  readonly tokens: number;
}

export interface NotCalibrated {
  readonly key: string;
  /** Whether the direction was on: what cannot be done for one that is off may be once it is on. */
  readonly enabled: boolean;
  readonly message: string;
}

export interface CalibrationState {
  /** By direction's id. */
  readonly done: Readonly<Record<string, Calibrated>>;
  /** Why it could not be done, by direction's id. Not saved. */
  readonly failed: Readonly<Record<string, NotCalibrated>>;
  /** Id of the direction that is being calibrated. Not saved. */
  readonly running: string | null;
}

export const useCalibration = create<CalibrationState>()(() => ({ done: {}, failed: {}, running: null }));

export function setCalibrated(id: string, calibrated: Calibrated): void {
  useCalibration.setState(({ done, failed }) => ({
    done: { ...done, [id]: calibrated },
    failed: Object.fromEntries(Object.entries(failed).filter(([other]) => other !== id)),
  }));
}

export function setNotCalibrated(id: string, why: NotCalibrated): void {
  useCalibration.setState(({ failed }) => ({ failed: { ...failed, [id]: why } }));
}

/** Lets go of what belongs to directions that are gone. */
export function keepCalibrated(ids: ReadonlySet<string>): void {
  useCalibration.setState((state) => {
    const only = <Value>(all: Readonly<Record<string, Value>>) =>
      Object.fromEntries(Object.entries(all).filter(([id]) => ids.has(id)));
    return [...Object.keys(state.done), ...Object.keys(state.failed)].every((id) => ids.has(id))
      ? state
      : { done: only(state.done), failed: only(state.failed) };
  });
}
