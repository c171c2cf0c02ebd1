import { SteerboardError } from '../errors.js';
import type { ModelStamp } from '../model.js';
import type { HookName } from '../onnx/hooks.js';
import { isAllFinite, norm, normalised, type Numbers } from '../tensors/vector.js';
import type { ContrastTexts, FittedDirection } from './direction.js';
import type { DrawnFinder, FinderOptions } from './finder.js';

/** v = x·û + y·ŵ for the two axes of the plane that it is drawn in (METHODS; new here). At the drawing's layer alone. */
export const drawn: DrawnFinder = {
  name: 'drawn',
  label: 'Drawn',
  description:
    'x·û + y·ŵ: an arrow drawn by hand in a plane of the residuals of one layer. It steers at that layer alone, by as much as it is long.',
  needs: 'drawing',
  options: [],
};

/** An arrow that was drawn, at the model's width. */
export interface Drawing {
  readonly model: ModelStamp;
  readonly hook: HookName;
  readonly layer: number;
  /** The vector that the arrow stands for, [d]; its length is what is added. */
  readonly vector: Numbers;
  /** Mean ‖h‖ at the layer: the arrow's length over it is the strength. */
  readonly residualNorm: number;
  /** Which plane and where in it, so that it can be drawn again. */
  readonly options: FinderOptions;
  /** The texts whose residuals the plane shows; null where it has none. */
  readonly texts: ContrastTexts | null;
}

/**
 * The direction that an arrow stands for: a unit vector at one layer, with the arrow's length as its natural magnitude.
 *
 * @throws SteerboardError `direction-degenerate` for an arrow without a length
 */
export function drawnDirection(drawing: Drawing): FittedDirection {
  const { model, hook, layer, vector, residualNorm, options, texts } = drawing;
  const scale = norm(vector);
  if (!isAllFinite(vector) || !(scale > 0) || !(residualNorm > 0)) {
    throw new SteerboardError('direction-degenerate', 'The arrow has no length. Draw a longer one.', { layer });
  }
  return {
    model,
    hook,
    source: { method: drawn.name, options, texts },
    layers: [{ layer, vector: normalised(vector), scale, residualNorm, separation: null }],
  };
}
