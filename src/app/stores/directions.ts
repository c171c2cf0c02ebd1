import { create } from 'zustand';
import type { ContrastTexts, FittedDirection } from '../../core/directions/direction.js';
import type { FinderOptions } from '../../core/directions/finder.js';
import type { ModelStamp } from '../../core/model.js';
import type { HookName } from '../../core/onnx/hooks.js';
import type { Condition, OperatorName, OperatorOptions, Scope } from '../../core/steering/plan.js';

/** First and last layer, 0-based, both included. */
export type LayerSpan = readonly [number, number];

/** A direction as fitted on one model. The version changes with every fit, so that readouts can say what they read. */
export interface Fit {
  readonly version: string;
  readonly direction: FittedDirection;
}

/** One direction of the board: what it is (texts, fits) and how it is applied. */
export interface DirectionEntry {
  readonly id: string;
  readonly name: string;
  /** Name of the negative side; empty when it has none. */
  readonly opposite: string;
  /** Index into the palette of the look. */
  readonly colour: number;
  readonly texts: ContrastTexts | null;
  /** Name of a finder; `expression` for one that is combined from others. */
  readonly method: string;
  /** Options of the finder; those that are absent have its defaults. */
  readonly methodOptions: FinderOptions;
  /** What it is combined of, over the names of other directions, such as `happy - sad + 0.5 * formal`; null for others. */
  readonly expression: string | null;
  /** Where it is read and written when it is fitted. */
  readonly hook: HookName;
  /** At most one a model, so that changing the model and coming back loses nothing. */
  readonly fits: readonly Fit[];
  readonly enabled: boolean;
  readonly operator: OperatorName;
  /** In the operator's unit; of most, units of the mean residual norm, −2…2 on the slider. */
  readonly strength: number;
  readonly operatorOptions: OperatorOptions;
  /** Id of the other direction, for operators that take two. */
  readonly secondId: string | null;
  readonly scope: Scope;
  /** Null: whatever the prompt is. */
  readonly condition: EntryCondition | null;
  /** Null until the first fit says which layer separates best. */
  readonly layers: LayerSpan | null;
  /** Strength over layers: a factor for each layer of the model; null is 1 everywhere. Layers outside of the span are not touched. */
  readonly layerFactors: readonly number[] | null;
}

/** As `Condition` of a plan, with the direction by its id. */
export interface EntryCondition extends Omit<Condition, 'vector'> {
  readonly directionId: string;
}

export interface Directions {
  readonly entries: readonly DirectionEntry[];
  readonly selectedId: string | null;
  readonly steerSpecialTokens: boolean;
}

export const useDirections = create<Directions>()(() => ({ entries: [], selectedId: null, steerSpecialTokens: false }));

export const defaultApplication = {
  enabled: true,
  operator: 'add',
  strength: 0.5,
  operatorOptions: {},
  secondId: null,
  scope: { prompt: true, generated: true },
  condition: null,
  layers: null,
  layerFactors: null,
} as const satisfies Partial<DirectionEntry>;

/** Whether a fit belongs to a model: same id and same shape. A direction for another model is kept but not applied. */
export function fits(stamp: ModelStamp, fit: Pick<Fit, 'direction'>): boolean {
  const of = fit.direction.model;
  return of.id === stamp.id && of.layers === stamp.layers && of.width === stamp.width;
}

export function fitFor(entry: DirectionEntry, stamp: ModelStamp | null | undefined): FittedDirection | null {
  return fitEntryFor(entry, stamp)?.direction ?? null;
}

export function fitEntryFor(entry: DirectionEntry, stamp: ModelStamp | null | undefined): Fit | null {
  return (stamp && entry.fits.find((fit) => fits(stamp, fit))) || null;
}

export function freeColour(entries: readonly DirectionEntry[], colours: number): number {
  for (let colour = 0; colour < colours; colour++) if (!entries.some((entry) => entry.colour === colour)) return colour;
  return entries.length % colours;
}

export function addDirection(entry: DirectionEntry, at?: number): void {
  addDirections([entry], at);
}

/** All at once, so that those that refer to each other find each other there. The last one is selected. */
export function addDirections(added: readonly DirectionEntry[], at?: number): void {
  useDirections.setState((state) => {
    const entries = [...state.entries];
    entries.splice(at ?? entries.length, 0, ...added);
    return { entries, selectedId: added.at(-1)?.id ?? state.selectedId };
  });
}

export function changeDirection(id: string, change: Partial<Omit<DirectionEntry, 'id'>>): void {
  useDirections.setState((state) => ({
    entries: state.entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry)),
  }));
}

/** Puts a fit in the place of the one for the same model, and changes what goes with it at the same moment. */
export function setFit(id: string, fit: Fit, change: Partial<Omit<DirectionEntry, 'id' | 'fits'>> = {}): void {
  useDirections.setState((state) => ({
    entries: state.entries.map((entry) =>
      entry.id === id
        ? { ...entry, ...change, fits: [...entry.fits.filter((old) => !fits(fit.direction.model, old)), fit] }
        : entry,
    ),
  }));
}

/** Returns what is needed to put it back. */
export function removeDirection(id: string): { readonly entry: DirectionEntry; readonly at: number } | null {
  const { entries, selectedId } = useDirections.getState();
  const at = entries.findIndex((entry) => entry.id === id);
  const entry = entries[at];
  if (!entry) return null;
  const rest = entries.filter((other) => other.id !== id);
  const next = rest[Math.min(at, rest.length - 1)]?.id ?? null;
  useDirections.setState({ entries: rest, selectedId: selectedId === id ? next : selectedId });
  return { entry, at };
}

export function selectDirection(id: string): void {
  useDirections.setState({ selectedId: id });
}

export function selectedEntry(state: Directions): DirectionEntry | null {
  return state.entries.find((entry) => entry.id === state.selectedId) ?? null;
}
