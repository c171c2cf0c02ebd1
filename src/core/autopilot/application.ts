import type { FittedDirection } from '../directions/direction.js';
import { emptyPlan, type Plan, type Scope } from '../steering/plan.js';
import type { Place } from './trial.js';

/** The prompt and what is written, as a new direction of the page acts. */
export const everywhere: Scope = { prompt: true, generated: true };

/** Adds a direction at some layers to some tokens; absent: to all. */
export function addedAt(
  { hook, layers }: FittedDirection,
  [from, to]: Place,
  strength: number,
  scope: Scope = everywhere,
): Plan {
  const sites = layers
    .filter(({ layer }) => layer >= from && layer <= to)
    .map(({ layer, vector, residualNorm }) => ({ layer, hook, vector, residualNorm }));
  return { ...emptyPlan, terms: [{ operator: 'add', strength, scope, sites }] };
}
