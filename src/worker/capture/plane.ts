import { againstRest, componentAxes, directionAxes, varianceShares, type Axes } from '../../core/planes/axes.js';
import type { ContrastResiduals } from '../../core/planes/axes.js';
import { projected, type Plane } from '../../core/planes/plane.js';
import { SteerboardError } from '../../core/errors.js';
import { meanOf } from '../../core/tensors/vector.js';
import type { ContrastPlane, PlaneAxes, PlaneRequest } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import type { OnProgress, Turn } from './background.js';
import { captureContrast } from './contrast.js';

/**
 * Reads the contrast texts and spans a plane at one layer. Same errors as {@link captureContrast}, and `direction-degenerate`
 * where there is no plane.
 */
export async function spanPlane(
  model: SteeredModel,
  { texts, hook, layer, axes: wanted }: PlaneRequest,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<ContrastPlane> {
  const { width } = model.shape;
  if (texts === null) {
    const plane = { origin: new Float32Array(width), axes: axesOf(wanted, null) };
    return { ...plane, positive: new Float32Array(0), negative: new Float32Array(0), shares: null, residualNorm: null };
  }
  const captured = await captureContrast(model, texts, hook, task, onProgress, turn);
  await task.breathe();
  const atLayer = (side: readonly { readonly residual: Float32Array }[]): Float32Array[] =>
    side.map(({ residual }) => residual.subarray(layer * width, (layer + 1) * width));
  const residuals = { positive: atLayer(captured.positive), negative: atLayer(captured.negative) };
  const axes = axesOf(wanted, residuals);
  const origin = Float32Array.from(meanOf([...residuals.positive, ...residuals.negative]));
  const plane = { origin, axes };
  return {
    ...plane,
    positive: pointsOf(plane, residuals.positive),
    negative: pointsOf(plane, residuals.negative),
    shares: varianceShares(axes, residuals),
    residualNorm: captured.residualNorms[layer]!,
  };
}

function axesOf(wanted: PlaneAxes, residuals: ContrastResiduals | null): Axes {
  if (wanted.kind === 'directions') return directionAxes(wanted.first, wanted.second);
  if (!residuals) {
    throw new SteerboardError('input-empty', 'This plane needs contrast texts. Choose two directions as its axes.');
  }
  return wanted.kind === 'components' ? componentAxes(residuals) : againstRest(wanted.direction, residuals);
}

/** [n, 2] */
function pointsOf(plane: Plane, residuals: readonly Float32Array[]): Float32Array {
  const points = new Float32Array(2 * residuals.length);
  residuals.forEach((residual, index) => {
    const { x, y } = projected(plane, residual);
    points.set([x, y], 2 * index);
  });
  return points;
}
