import { create } from 'zustand';
import type { ErrorData } from '../../core/errors.js';
import type { HookName } from '../../core/onnx/hooks.js';
import type { ContrastPlane, Progress } from '../../protocol/api.js';

/** A plane that was spanned. The key says of what, so that the same is not asked for twice. */
export interface SpannedPlane {
  readonly key: string;
  /** The model that it belongs to. */
  readonly epoch: number;
  readonly hook: HookName;
  readonly layer: number;
  readonly plane: ContrastPlane;
}

/** An arrow that is being drawn, by pointer or keys. */
export interface Drawing {
  /** The direction whose arrow was taken by its tip; null for a new arrow. */
  readonly takenId: string | null;
  /** The direction that is drawn; null until there is one. */
  readonly drawnId: string | null;
  /** Whether a pointer drags it: then it moves with every frame. */
  readonly dragged: boolean;
}

/** What the plane of the lab shows. Nothing of it is saved. */
export interface PlaneState {
  readonly shown: SpannedPlane | null;
  /** The last ones, the newest at the end. */
  readonly kept: readonly SpannedPlane[];
  readonly reading: { readonly key: string; readonly task: string; readonly progress: Progress | null } | null;
  /** Why there is no plane for a key; `cancelled` when the user ended it. */
  readonly failed: { readonly key: string; readonly error: ErrorData } | null;
  readonly drawing: Drawing | null;
}

const mostKept = 12;

export const usePlane = create<PlaneState>()(() => ({
  shown: null,
  kept: [],
  reading: null,
  failed: null,
  drawing: null,
}));

export function keepPlane(spanned: SpannedPlane): void {
  usePlane.setState(({ kept }) => ({
    shown: spanned,
    kept: [...kept.filter(({ key }) => key !== spanned.key), spanned].slice(-mostKept),
  }));
}
