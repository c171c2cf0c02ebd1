import type { FinderOption } from '../directions/finder.js';
import type { OperatorName, OperatorOptions, PlanSite, Transport } from './plan.js';

/**
 * What an operator asks of a layer, along the unit vector v̂. Several are combined in compile.ts, stage by stage in the
 * order of stages.ts, whatever the order of the terms.
 */
export type Effect =
  /** Goes `share` of the way from h to ω ∘ h + β. */
  | { readonly kind: 'transport'; readonly transport: Transport; readonly share: number }
  /** Adds (h·v̂) times `write` [d]: what is along the direction is scaled, or written along another one. */
  | { readonly kind: 'rewrite'; readonly write: Float64Array }
  /** Makes the projection v̂·h equal `projection`. */
  | { readonly kind: 'hold'; readonly projection: number }
  /** Adds `amount`·v̂; with `keepsNorm` the residual is given back the norm that it came with, at the very end. */
  | { readonly kind: 'shift'; readonly amount: number; readonly keepsNorm: boolean }
  /** Keeps the projection from being above (below) `limit`. */
  | { readonly kind: 'cap'; readonly limit: number; readonly side: 'above' | 'below' }
  /** Turns the part in the plane of v̂ and `second` to `degrees` from v̂; `adaptive`: only where h·v̂ > 0. */
  | { readonly kind: 'turn'; readonly second: Float32Array; readonly degrees: number; readonly adaptive: boolean }
  /** Turns h by `share` of its angle to v̂, on the sphere. */
  | { readonly kind: 'slerp'; readonly share: number };

/**
 * What a strength counts. `norms`: mean residual norms of the layer; `factor`: a number that multiplies; `degrees`: an angle;
 * `share`: how much of the way is gone, 0…1.
 */
export type StrengthUnit = 'norms' | 'factor' | 'degrees' | 'share';

/** The strength of an operator: its unit, and its range on a slider. */
export interface StrengthScale {
  readonly unit: StrengthUnit;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly default: number;
  /** What a site's `factor` f counts from: the strength s becomes origin + (s − origin)·f. */
  readonly origin: number;
  /** For `norms`: the letter of strength × residual norm in the formula, and what it is. */
  readonly raw?: { readonly symbol: string; readonly title: string };
}

/** What a direction has to bring along at a layer, beside its vector. */
export type OperatorNeed = 'second' | 'transport';

/** An option beside the strength; the card draws itself from these. */
export type OperatorOption = Extract<FinderOption, { kind: 'choice' | 'switch' }>;

/** One term at one site. */
export interface Application {
  /** In the operator's unit, the site's factor worked in. */
  readonly strength: number;
  readonly site: PlanSite;
  /** With the defaults of those that the term does not name. */
  readonly options: OperatorOptions;
}

/** A way to apply a direction: one file in this folder each, listed in the index. */
export interface Operator {
  /** The file's name. */
  readonly name: OperatorName;
  /** For people. */
  readonly label: string;
  /** A few words for a list. */
  readonly brief: string;
  /** A sentence or two for people, with the formula. */
  readonly description: string;
  /** Null where there is nothing to set. */
  readonly strength: StrengthScale | null;
  /** Where it adds strength × mean residual norm along the direction, so that a vector of that length says what it does. */
  readonly adds?: { readonly keepsNorm: boolean };
  readonly options: readonly OperatorOption[];
  readonly needs: readonly OperatorNeed[];
  /** What it does with a strength that is written out in its unit, as in "adds 1.5 residual norms". */
  readonly phrase: (strength: string, options: OperatorOptions) => string;
  /** The same in a few words beside a name: "+1.5 happy". */
  readonly tag: (name: string, strength: string, options: OperatorOptions) => string;
  /** The same where the name stands beside it: "+1.5". */
  readonly badge: (strength: string, options: OperatorOptions) => string;
  /** Null where it does nothing. What it needs is there: compile.ts has checked. */
  effect(at: Application): Effect | null;
}

/** The range of strengths in mean residual norms, for what is added or set. */
export function inNorms(symbol: string, title: string): StrengthScale {
  return { unit: 'norms', min: -2, max: 2, step: 0.02, default: 0.5, origin: 0, raw: { symbol, title } };
}
