import type { FittedDirection, LayerDirection } from '../directions/direction.js';
import { SteerboardError } from '../errors.js';
import { addScaled, norm } from '../tensors/vector.js';
import type { Vector } from './combiners.js';
import { evaluateExpression, parseExpression } from './expression.js';
import { refused } from './refused.js';

/** Below this share of the residual norm a result is rounding: the parts cancel. */
const smallestResult = 1e-6;

/**
 * The direction that a formula makes of others, at every layer where all its parts have a vector and do not cancel.
 *
 * @param directionOf a direction of the same model by name; null where there is none
 * @throws SteerboardError `expression-invalid` for a formula or name that is not understood or parts of different points of
 *   the block, `direction-degenerate` when the parts cancel at every layer
 */
export function combineDirections(
  expression: string,
  directionOf: (name: string) => FittedDirection | null,
): FittedDirection {
  const parsed = parseExpression(expression);
  const parts = parsed.names.map((name) => {
    const direction = directionOf(name);
    if (direction) return { name, direction };
    throw refused(`There is no direction called “${name}” that is fitted on this model.`);
  });
  const first = parts[0]?.direction;
  if (!first) throw refused('The formula is a number. Name at least one direction in it.');
  const other = parts.find(({ direction }) => direction.hook !== first.hook);
  if (other) {
    throw refused(
      `“${parts[0]!.name}” is a direction of ${first.hook} and “${other.name}” one of ${other.direction.hook}. Fit them at the same point of the block.`,
    );
  }
  const shared = first.layers.filter(({ layer }) => parts.every(({ direction }) => at(direction, layer)));
  if (shared.length === 0) throw refused('These directions have no layer in common.');
  const layers = shared.flatMap((it): LayerDirection[] => {
    const vectorOf = (name: string): Vector =>
      natural(at(parts.find((part) => part.name === name)!.direction, it.layer)!);
    const result = evaluateExpression(parsed, vectorOf);
    const scale = norm(result);
    if (!(scale > smallestResult * it.residualNorm) || !Number.isFinite(scale)) return [];
    const vector = Float32Array.from(result, (value) => value / scale);
    return [{ layer: it.layer, vector, scale, residualNorm: it.residualNorm, separation: null }];
  });
  if (layers.length === 0) {
    throw new SteerboardError(
      'direction-degenerate',
      'The parts of this formula cancel: nothing is left at any layer.',
    );
  }
  return {
    model: first.model,
    hook: first.hook,
    source: { method: 'expression', options: { expression }, texts: null },
    layers,
  };
}

/** Two results of one formula differ by less than this share of their length where rounding alone is between them. */
const roundingShare = 1e-3;

/** Whether two directions are the same natural vectors at the same layers, up to rounding. */
export function isSameUpToRounding(a: FittedDirection, b: FittedDirection): boolean {
  if (a.hook !== b.hook || a.layers.length !== b.layers.length) return false;
  return a.layers.every((it) => {
    const other = at(b, it.layer);
    if (other?.vector.length !== it.vector.length) return false;
    const difference = Float64Array.from(natural(it));
    addScaled(difference, natural(other), -1);
    return norm(difference) <= roundingShare * it.scale;
  });
}

function at(direction: FittedDirection, layer: number): LayerDirection | undefined {
  return direction.layers.find((it) => it.layer === layer);
}

/** scale · v̂ */
function natural({ vector, scale }: LayerDirection): Vector {
  return Float64Array.from(vector, (value) => value * scale);
}
