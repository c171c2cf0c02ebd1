import { create } from 'zustand';
import type { ErrorData } from '../../core/errors.js';
import { defaultHub } from '../../core/hub/address.js';
import type { DeviceChoice, Environment, LoadedModel } from '../../protocol/api.js';

/** A model of a hub that was opened, so that it can be opened again. `revision` is a commit. */
export interface HubModel {
  readonly id: string;
  readonly revision: string;
  readonly host: string;
  readonly dtype: string;
}

/** `failed`: no model could be loaded; `died`: there was one, and its worker or device went away. */
export type ModelPhase = 'starting' | 'loading' | 'ready' | 'failed' | 'died';

export interface Session {
  readonly phase: ModelPhase;
  readonly environment: Environment | null;
  readonly loaded: LoadedModel | null;
  /** Counts the models that were loaded: texts of another epoch are not known to the worker. */
  readonly epoch: number;
  readonly error: ErrorData | null;
  readonly deviceChoice: DeviceChoice;
  /** What to load on open: a bundled model's id. A folder cannot be opened again without the user. */
  readonly bundledId: string;
  /** Name of the folder the current model came from, or null for the bundled one. */
  readonly folder: string | null;
  /** How many files that folder had, how large they are and when they were last changed; null without one. */
  readonly folderFiles: string | null;
  /** The hub's model that the current one is, or null when it is another kind. */
  readonly hub: HubModel | null;
  /** The hub that is asked for models. */
  readonly hubHost: string;
  /** Milliseconds per token of the last generation, all rows together; null before the first. */
  readonly msPerToken: number | null;
  readonly firstTokenMs: number | null;
}

export const useSession = create<Session>()(() => ({
  phase: 'starting',
  environment: null,
  loaded: null,
  epoch: 0,
  error: null,
  deviceChoice: 'auto',
  bundledId: 'tales',
  folder: null,
  folderFiles: null,
  hub: null,
  hubHost: defaultHub,
  msPerToken: null,
  firstTokenMs: null,
}));
