import { bestLayer } from '../../core/directions/best-layer.js';
import { vectorsByLayer } from '../../core/directions/by-layer.js';
import type { FittedDirection, LayerDirection } from '../../core/directions/direction.js';
import type { LoadedModel, Probe } from '../../protocol/api.js';
import type { ModelStamp } from '../../core/model.js';
import { operatorNamed } from '../../core/steering/index.js';
import { missingAt } from '../../core/steering/needs.js';
import type { Condition, Plan, PlanSite, PlanTerm } from '../../core/steering/plan.js';
import { fitEntryFor, fitFor, type DirectionEntry, type Directions, type LayerSpan } from '../stores/directions.js';

/** The layers a direction is applied at on this model, kept within it. */
export function spanOn(entry: DirectionEntry, layers: number): LayerSpan {
  const last = layers - 1;
  const [from, to] = entry.layers ?? [Math.floor(layers / 2), Math.floor(layers / 2)];
  return [Math.min(from, last), Math.min(to, last)];
}

/**
 * Where a new direction is applied first: the layer that separates best among the middle half, since what is read best at
 * the first or last blocks is rarely what steers best (Rimsky et al. 2312.06681, figure 3: middle layers).
 */
export function startingLayer({ layers }: FittedDirection): number {
  const middle = layers.slice(Math.floor(layers.length / 4), Math.ceil((3 * layers.length) / 4));
  return bestLayer(middle) ?? bestLayer(layers) ?? 0;
}

/**
 * What a direction does: nothing when it is off, has no fit for this model or lacks what its operator needs; a term for each position of the prompt when it
 * has a vector for each (Activation Addition); else one.
 *
 * @param entries all directions, where the other ones of operators and conditions are looked up
 */
export function termsOf(
  entry: DirectionEntry,
  entries: readonly DirectionEntry[],
  stamp: ModelStamp,
): readonly PlanTerm[] {
  const direction = fitFor(entry, stamp);
  if (!entry.enabled || !direction) return [];
  const [from, to] = spanOn(entry, stamp.layers);
  const layers = direction.layers.filter(({ layer }) => layer >= from && layer <= to);
  const condition = conditionOf(entry, entries, stamp);
  // What its condition reads is not there on this model.
  if (entry.condition && !condition) return [];
  const other = entries.find(({ id }) => id === entry.secondId);
  const second = other ? fitFor(other, stamp) : null;
  const term: Omit<PlanTerm, 'sites'> = {
    operator: entry.operator,
    strength: entry.strength,
    scope: entry.scope,
    options: entry.operatorOptions,
    ...(condition && { condition }),
  };
  const siteAt = (it: LayerDirection, vector: Float32Array, size: number): PlanSite => {
    const factor = (entry.layerFactors?.[it.layer] ?? 1) * size;
    const secondVector = second?.layers.find(({ layer }) => layer === it.layer)?.vector;
    return {
      layer: it.layer,
      hook: direction.hook,
      vector,
      residualNorm: it.residualNorm,
      ...(factor !== 1 && { factor }),
      ...(secondVector && { second: secondVector }),
      ...(it.means && { centre: it.means.negative }),
      ...(it.transport && { transport: it.transport }),
    };
  };
  const positions = positionsOf({ layers });
  const isWhole = (site: PlanSite) => missingAt(entry.operator, site).length === 0;
  if (positions === 0) return [{ ...term, sites: layers.map((it) => siteAt(it, it.vector, 1)).filter(isWhole) }];
  // The sizes of the positions' vectors differ; the strength is of one as long as the direction.
  return Array.from({ length: positions }, (_, position) => ({
    ...term,
    scope: { prompt: true, generated: false, promptRange: { kind: 'window', from: position, to: position + 1 } },
    sites: layers.flatMap((it) => {
      const there = it.positions?.[position];
      return there && there.scale > 0 ? [siteAt(it, there.vector, there.scale / it.scale)].filter(isWhole) : [];
    }),
  }));
}

/** How many of the prompt's tokens a direction has a vector of their own for; 0 for most. */
export function positionsOf({ layers }: Pick<FittedDirection, 'layers'>): number {
  return Math.max(0, ...layers.map((it) => it.positions?.length ?? 0));
}

function conditionOf(
  { condition }: DirectionEntry,
  entries: readonly DirectionEntry[],
  stamp: ModelStamp,
): Condition | null {
  if (!condition) return null;
  const { directionId, ...rest } = condition;
  const read = entries.find(({ id }) => id === directionId);
  const vector = read && fitFor(read, stamp)?.layers.find(({ layer }) => layer === condition.layer)?.vector;
  return vector ? { ...rest, vector } : null;
}

export function planOf({ entries, steerSpecialTokens }: Directions, stamp: ModelStamp): Plan {
  return { terms: entries.flatMap((entry) => termsOf(entry, entries, stamp)), steerSpecialTokens };
}

/** Of each term of the plan that has a condition, the id of its direction. */
export function conditionalIds({ entries }: Directions, stamp: ModelStamp): readonly string[] {
  return entries.flatMap((entry) =>
    termsOf(entry, entries, stamp).flatMap(({ condition }) => (condition ? [entry.id] : [])),
  );
}

/** One probe a fitted direction, on or off; its id is the fit's version. */
export function probesOf(directions: Directions, loaded: LoadedModel): readonly Probe[] {
  return directions.entries.flatMap((entry) => {
    const fit = fitEntryFor(entry, loaded.stamp);
    if (!fit) return [];
    return [{ id: fit.version, vectors: vectorsByLayer(fit.direction, loaded.shape.layers) }];
  });
}

/** Says what a plan does, so that two plans with the same key write the same text. */
export function planKey(directions: Directions, stamp: ModelStamp): string {
  return JSON.stringify([
    directions.steerSpecialTokens,
    ...directions.entries.flatMap((entry) => {
      const fit = fitEntryFor(entry, stamp);
      if (!entry.enabled || !fit) return [];
      const strength = operatorNamed(entry.operator).strength ? entry.strength : 0;
      const versionOf = (id: string | null) => {
        const other = directions.entries.find((it) => it.id === id);
        return (other && fitEntryFor(other, stamp)?.version) ?? null;
      };
      const { operator, operatorOptions, scope, condition, secondId, layerFactors } = entry;
      const others = [versionOf(secondId), condition && versionOf(condition.directionId)];
      const span = spanOn(entry, stamp.layers);
      return [[fit.version, operator, strength, operatorOptions, scope, span, layerFactors, condition, others]];
    }),
  ]);
}
