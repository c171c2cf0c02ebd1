import { create } from 'zustand';
import type { AxesKind } from '../../core/planes/axes.js';
import type { RowName } from '../rows.js';
/** A token of one of the two texts; positions count from the prompt's first token. */
export interface TokenPlace {
  readonly row: RowName;
  readonly position: number;
}

export type PlotTab = 'alignment' | 'projection';

/** Which plane the lab shows. */
export interface PlaneChoice {
  readonly axes: AxesKind;
  /** Null for the layer where the direction is applied. */
  readonly layer: number | null;
  /** Id of the direction of the second axis, for a plane of two directions. */
  readonly otherId: string | null;
}

export const firstPlane: PlaneChoice = { axes: 'components', layer: null, otherId: null };

export interface View {
  /** Under the pointer or the keyboard's focus. */
  readonly hovered: TokenPlace | null;
  /** Clicked; stays until it is clicked again or Escape. */
  readonly pinned: TokenPlace | null;
  readonly plotTab: PlotTab;
  readonly plotRow: RowName;
  /** Layer the tints are read at; null for the last one. */
  readonly layer: number | null;
  /** Name of a tab of the lab. */
  readonly labTab: string;
  /** Name of a tab of the measures. */
  readonly measureTab: string;
  readonly plane: PlaneChoice;
  /** Whether the tour is offered: on a first visit, until it was taken or declined. */
  readonly tourOffered: boolean;
}

export const useView = create<View>()(() => ({
  hovered: null,
  pinned: null,
  plotTab: 'alignment',
  plotRow: 'steered',
  layer: null,
  labTab: 'plane',
  measureTab: 'find',
  plane: firstPlane,
  tourOffered: false,
}));

export function samePlace(a: TokenPlace | null, b: TokenPlace | null): boolean {
  return a === b || (a !== null && b !== null && a.row === b.row && a.position === b.position);
}

export function hoverToken(place: TokenPlace | null): void {
  if (!samePlace(useView.getState().hovered, place)) useView.setState({ hovered: place });
}

export function pinToken(place: TokenPlace | null): void {
  useView.setState((state) => ({ pinned: samePlace(state.pinned, place) ? null : place }));
}
