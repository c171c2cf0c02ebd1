import { SteerboardError } from '../errors.js';
import type { ModelStamp } from '../model.js';
import type { HookName } from '../onnx/hooks.js';
import { isAllFinite, norm } from '../tensors/vector.js';
import type { DirectionSource, FittedDirection } from './direction.js';
import type { FoundVector } from './finder.js';

/** A vector that was not found from texts, and where it stands. */
export interface OneVector {
  readonly model: ModelStamp;
  readonly hook: HookName;
  readonly source: DirectionSource;
  readonly found: FoundVector;
  /** Mean ‖h‖ at the hook of every block, [L]. */
  readonly residualNorms: ArrayLike<number>;
}

/**
 * A direction of one vector: at the layer that it belongs to, or the same at every layer. Its scale is its norm.
 *
 * @throws SteerboardError `direction-degenerate` when it is zero or not finite, `document-other-model` when its layer is none
 *   of the model's
 */
export function directionOfVector({ model, hook, source, found, residualNorms }: OneVector): FittedDirection {
  const { vector, layer } = found;
  const scale = norm(vector);
  if (!isAllFinite(vector) || !(scale > 0)) {
    const message = 'The vector in the weights is zero or not finite, so it has no direction. Choose another one.';
    throw new SteerboardError('direction-degenerate', message, { method: source.method });
  }
  if (layer !== null && (layer < 0 || layer >= model.layers)) {
    const message = `Nothing stands at ${hook} there: ${layer < 0 ? 'the first block is read before it' : 'no block follows the last one'}. Choose another hook (${layer < 0 ? 'resid_pre' : 'resid_post'}).`;
    throw new SteerboardError('document-other-model', message, { layer, layers: model.layers });
  }
  const unit = Float32Array.from(vector, (value) => value / scale);
  const at = layer === null ? Array.from({ length: model.layers }, (_, index) => index) : [layer];
  const layers = at.map((index) => ({
    layer: index,
    vector: unit,
    scale,
    residualNorm: residualNorms[index]!,
    separation: null,
  }));
  return { model, hook, source, layers };
}
