/** Contrast texts: what is read of them, and what is found in what the model says to them. */
import type { CovariancePart } from '../core/covariance/covariance.js';
import type { ContrastTexts, Separation } from '../core/directions/direction.js';
import type { FinderOptions } from '../core/directions/finder.js';
import type { HookName } from '../core/onnx/hooks.js';
import type { Plane } from '../core/planes/plane.js';
import type { TaskId } from './task.js';

export interface FitRequest {
  readonly task: TaskId;
  /** Null for methods that need none. */
  readonly texts: ContrastTexts | null;
  /** Name of a finder in the index of `core/directions`. */
  readonly method: string;
  /** Options of the finder; those that are absent have its defaults. */
  readonly options?: FinderOptions;
  /** Where residuals are read and the direction is to be written; absent: `resid_post`. */
  readonly hook?: HookName;
}

/** A contrast text as the model reads it. For system prompts and personas there is one for each question. */
export interface TextPreview {
  /** As in {@link TokenizedText}. */
  readonly pieces: readonly string[];
  readonly special: readonly boolean[];
  /** Positions of the tokens that are read, ascending; where there are several, their mean is taken. */
  readonly read: readonly number[];
  /** Why this text cannot be read, for people; then `read` is empty. */
  readonly problem: string | null;
}

/** Both sides as the model reads them, in the order of the texts. */
export interface ContrastPreview {
  readonly positive: readonly TextPreview[];
  readonly negative: readonly TextPreview[];
}

/** How residuals of contrast texts vary together at one layer, along a few axes. */
export interface CovarianceRequest {
  readonly task: TaskId;
  readonly texts: ContrastTexts;
  readonly hook: HookName;
  readonly layer: number;
  readonly part: CovariancePart;
  /** `coordinates`: the residual's own that vary most; `components`: principal ones; `directions`: unit vectors [d]. */
  readonly axes:
    | { readonly kind: 'coordinates' | 'components'; readonly count: number }
    | { readonly kind: 'directions'; readonly vectors: readonly Float32Array[] };
  /** Whether residuals (and directions) are whitened first by the pooled within-class covariance. */
  readonly whitened: boolean;
}
export interface CovarianceReport {
  /** [k, k] along the axes, row-major; squared units of the residual, of whitened ones none. */
  readonly covariance: Float32Array;
  /** [k, k]; NaN where an axis does not vary. */
  readonly correlation: Float32Array;
  /** Which of the residual's coordinates the axes are; null for other axes. */
  readonly coordinates: readonly number[] | null;
  /** The largest eigenvalues, as shares of their sum. */
  readonly spectrum: Float32Array;
  /** Sum of all eigenvalues: mean squared distance from the mean. */
  readonly variance: number;
  /** Texts on the positive and the negative side. */
  readonly texts: readonly [number, number];
}

export interface SpreadRequest {
  readonly task: TaskId;
  readonly texts: ContrastTexts;
  readonly hook: HookName;
}
/** One value a layer, in layer order. */
export interface SpreadReport {
  /** Participation ratio of the whole covariance: how many directions the spread takes up. */
  readonly participation: readonly number[];
  /** Share of the variance that lies within the classes, 0…1; the rest lies between them. */
  readonly withinShare: readonly number[];
  /** Held-out separation along the mean difference, and along the mean difference through the inverse covariance. */
  readonly plain: readonly (Separation | null)[];
  readonly whitened: readonly (Separation | null)[];
}

/** What spans a plane, with the unit vectors [d] that the page has; `AxesKind` in `core/planes` says what they mean. */
export type PlaneAxes =
  | { readonly kind: 'components' }
  | { readonly kind: 'rest'; readonly direction: Float32Array }
  | { readonly kind: 'directions'; readonly first: Float32Array; readonly second: Float32Array };

export interface PlaneRequest {
  readonly task: TaskId;
  /** Whose residuals are shown in it; null where there are none, which two directions alone can do without. */
  readonly texts: ContrastTexts | null;
  readonly hook: HookName;
  readonly layer: number;
  readonly axes: PlaneAxes;
}

/** A plane with the contrast texts in it. Only this crosses: of n residuals of width d, two numbers each. */
export interface ContrastPlane extends Plane {
  /** x and y of each text, [n₊, 2] and [n₋, 2]; for system prompts and personas one for each question. */
  readonly positive: Float32Array;
  readonly negative: Float32Array;
  /** Share of the residuals' variance along each axis, 0…1; null without texts. */
  readonly shares: readonly [number, number] | null;
  /** Mean ‖h‖ at the layer over the texts' tokens, special ones left out; null without texts. */
  readonly residualNorm: number | null;
}
