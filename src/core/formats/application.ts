import type { Condition, CurveHandle, OperatorName, OperatorOptions, Scope } from '../steering/plan.js';
import { operatorNamed } from '../steering/index.js';
import { strengthUnits, type DocumentApplication } from './schema.js';

/** How a direction is applied; strength in mean residual norms. Other directions are meant by their place in the document. */
export interface Application {
  readonly enabled: boolean;
  readonly operator: OperatorName;
  readonly strength: number;
  /** First and last layer, 0-based, both included. */
  readonly layers: { readonly from: number; readonly to: number };
  /** A factor of the strength for each layer of the model; absent: 1 everywhere. */
  readonly layerFactors?: readonly number[];
  readonly scope: Scope;
  /** What the operator declares beside the strength; absent: its defaults. */
  readonly options?: OperatorOptions;
  /** Index of the other direction, for operators that take two. */
  readonly second?: number;
  /** Absent: whatever the prompt is. */
  readonly condition?: Omit<Condition, 'vector'> & { readonly direction: number };
}

/**
 * What a reader must know so that it does not apply a direction at the wrong place, to the wrong tokens or too strongly.
 * Format 1.0 knew none of it, and its readers keep unknown fields without heeding them; they do refuse an operator that is
 * not a plain name. So a plan that needs one of these names its operator by an object that lists them.
 */
export const needNames = ['scope', 'condition', 'layerFactors', 'options', 'second', 'positions'] as const;
export type Need = (typeof needNames)[number];

/** @param positions whether the direction has a vector for each position */
function needsOf(plan: Application, positions: boolean): Need[] {
  const { promptRange, generatedRange, curve } = plan.scope;
  const needed: Readonly<Record<Need, boolean>> = {
    scope: promptRange !== undefined || generatedRange !== undefined || (curve?.length ?? 0) > 0,
    condition: plan.condition !== undefined,
    layerFactors: plan.layerFactors?.some((factor) => factor !== 1) ?? false,
    options: Object.keys(plan.options ?? {}).length > 0,
    second: plan.second !== undefined,
    positions,
  };
  return needNames.filter((name) => needed[name]);
}

/** As it is written. */
export function plainApplication(plan: Application, positions: boolean): DocumentApplication {
  const { enabled, operator, strength, layers, layerFactors, scope, options, second, condition } = plan;
  const needs = needsOf(plan, positions);
  return {
    enabled,
    operator: needs.length > 0 ? { name: operator, needs } : operator,
    strength,
    strengthUnit: unitOf(operator),
    layers: { ...layers },
    ...(layerFactors && { layerFactors: [...layerFactors] }),
    scope: plainScope(scope),
    ...(options && { options: { ...options } }),
    ...(second !== undefined && { second }),
    ...(condition && { condition: { ...condition } }),
  };
}

function plainScope({ prompt, generated, promptRange, generatedRange, curve }: Scope): DocumentApplication['scope'] {
  return {
    prompt,
    generated,
    ...(promptRange && { promptRange: { ...promptRange } }),
    ...(generatedRange && { generatedRange: { ...generatedRange } }),
    ...(curve && { curve: curve.map(({ at, factor }) => ({ at, factor })) }),
  };
}

/** As the page takes it; fields that it does not know are left out. */
export function applicationOf(plan: DocumentApplication): Application {
  const { enabled, strength, layers, layerFactors, scope, options, second, condition } = plan;
  const { prompt, generated, promptRange, generatedRange, curve } = scope;
  const handles = curve?.map(({ at, factor }): CurveHandle => ({ at, factor }));
  return {
    enabled,
    operator: operatorOf(plan),
    strength,
    layers: { from: layers.from, to: layers.to },
    ...(layerFactors && { layerFactors }),
    scope: {
      prompt,
      generated,
      ...(promptRange && { promptRange }),
      ...(generatedRange && { generatedRange }),
      ...(handles && { curve: handles }),
    },
    ...(options && { options }),
    ...(second !== undefined && { second }),
    ...(condition && { condition: conditionOf(condition) }),
  };
}

/** What a strength of this operator counts, as documents say it. */
export function unitOf(operator: OperatorName): DocumentApplication['strengthUnit'] {
  return strengthUnits[operatorNamed(operator).strength?.unit ?? 'norms'];
}

export function operatorOf({ operator }: DocumentApplication): OperatorName {
  return typeof operator === 'string' ? operator : operator.name;
}

function conditionOf(condition: NonNullable<DocumentApplication['condition']>): NonNullable<Application['condition']> {
  const { direction, layer, figure, side, threshold } = condition;
  return { direction, layer, figure, side, threshold };
}

/** Raw coefficient at a layer: what is added along the unit vector, or what its projection is set to. */
export function rawCoefficient(plan: Application, layer: number, residualNorm: number): number {
  return plan.strength * residualNorm * (plan.layerFactors?.[layer] ?? 1);
}
