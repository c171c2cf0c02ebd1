import type { FittedDirection } from '../directions/direction.js';
import { emptyPlan, type Plan } from '../steering/plan.js';
import type { Place } from './trial.js';

/** Adds a direction at some layers, to the prompt and to what is written, as a new direction of the page does. */
export function addedAt({ hook, layers }: FittedDirection, [from, to]: Place, strength: number): Plan {
  const sites = layers
    .filter(({ layer }) => layer >= from && layer <= to)
    .map(({ layer, vector, residualNorm }) => ({ layer, hook, vector, residualNorm }));
  return { ...emptyPlan, terms: [{ operator: 'add', strength, scope: { prompt: true, generated: true }, sites }] };
}
