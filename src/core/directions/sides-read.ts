import type { FittedDirection, LayerDirection } from './direction.js';

/**
 * The means of a direction's two sides on the scale that texts are read on. Texts are read at the output of every block
 * (`resid_post`): means of another hook are on another scale, and a score by them says nothing.
 *
 * @returns null where the direction has no sides there
 */
export function sidesRead(
  { hook }: Pick<FittedDirection, 'hook'>,
  at: Pick<LayerDirection, 'means'> | undefined,
): NonNullable<LayerDirection['means']> | null {
  return (hook === 'resid_post' && at?.means) || null;
}
