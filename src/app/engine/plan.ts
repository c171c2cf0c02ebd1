import { bestLayer } from '../../core/directions/best-layer.js';
import type { FittedDirection } from '../../core/directions/direction.js';
import type { LoadedModel, Probe } from '../../protocol/api.js';
import type { ModelStamp } from '../../core/model.js';
import type { Plan, PlanTerm } from '../../core/steering/plan.js';
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

/** What the directions that are on do, or null for one that is off or has no fit for this model. */
export function termOf(entry: DirectionEntry, stamp: ModelStamp): PlanTerm | null {
  const direction = fitFor(entry, stamp);
  if (!entry.enabled || !direction) return null;
  const [from, to] = spanOn(entry, stamp.layers);
  const sites = direction.layers
    .filter(({ layer }) => layer >= from && layer <= to)
    .map(({ layer, vector, residualNorm }) => ({ layer, hook: direction.hook, vector, residualNorm }));
  return { operator: entry.operator, strength: entry.strength, scope: entry.scope, sites };
}

export function planOf(directions: Directions, stamp: ModelStamp): Plan {
  const terms = directions.entries.map((entry) => termOf(entry, stamp)).filter((term) => term !== null);
  return { terms, steerSpecialTokens: directions.steerSpecialTokens };
}

/** One probe a fitted direction, on or off; its id is the fit's version. */
export function probesOf(directions: Directions, loaded: LoadedModel): readonly Probe[] {
  return directions.entries.flatMap((entry) => {
    const fit = fitEntryFor(entry, loaded.stamp);
    if (!fit) return [];
    const vectors = Array.from<unknown, Float32Array | null>({ length: loaded.shape.layers }, () => null);
    for (const { layer, vector } of fit.direction.layers) vectors[layer] = vector;
    return [{ id: fit.version, vectors }];
  });
}

/** Says what a plan does, so that two plans with the same key write the same text. */
export function planKey(directions: Directions, stamp: ModelStamp): string {
  return JSON.stringify([
    directions.steerSpecialTokens,
    ...directions.entries.flatMap((entry) => {
      const fit = fitEntryFor(entry, stamp);
      if (!entry.enabled || !fit) return [];
      const strength = entry.operator === 'ablate' ? 0 : entry.strength;
      return [[fit.version, entry.operator, strength, entry.scope, spanOn(entry, stamp.layers)]];
    }),
  ]);
}
