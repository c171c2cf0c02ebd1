import type { DirectionEntry } from '../stores/directions.js';

/** What a direction is found from. */
const recipe = ['texts', 'method', 'methodOptions', 'hook', 'expression'] as const satisfies (keyof DirectionEntry)[];

export type Recipe = Pick<DirectionEntry, (typeof recipe)[number]>;

/** Whether a fit of one is a fit of the other. States are never changed in place, so what was not touched is the same object. */
export function sameRecipe(a: Recipe, b: Recipe): boolean {
  return recipe.every((key) => a[key] === b[key]);
}
