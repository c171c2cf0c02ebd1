import { addScaled, dot, norm } from '../../../src/core/tensors/vector.js';
import type { BeyondLowRank, Caps, LayerIntervention, Slerp, Turn } from '../../../src/core/steering/intervention.js';

/**
 * What a hook does to one residual: x' = x + b + (x U) V and what is beyond it (intervention.ts), in double and rounded once. The
 * reference that the graph's own arithmetic is tested against.
 *
 * @param residual x [d], left as it is
 */
export function applyIntervention(residual: Float32Array, intervention: LayerIntervention): Float32Array {
  const { bias, rank, read, write, beyond } = intervention;
  const width = residual.length;
  const result = Float64Array.from(residual);
  addScaled(result, bias, 1);
  for (let k = 0; k < rank; k++) addScaled(result, rowOf(write, k, width), dot(residual, rowOf(read, k, width)));
  if (beyond) applyBeyond(result, residual, beyond);
  return Float32Array.from(result);
}

const rowOf = (matrix: Float32Array, k: number, width: number) => matrix.subarray(k * width, (k + 1) * width);

function applyBeyond(y: Float64Array, x: Float32Array, { diagonal, caps, turn, slerp, keepsNorm }: BeyondLowRank) {
  diagonal?.forEach((value, i) => (y[i] = y[i]! + value * x[i]!));
  if (caps) applyCaps(y, caps);
  if (turn) applyTurn(y, turn);
  if (slerp) applySlerp(y, slerp);
  const size = norm(y);
  if (keepsNorm && size > 0) multiply(y, norm(x) / size);
}

function applyCaps(y: Float64Array, { rank, read, write, low, high }: Caps): void {
  const before = Array.from({ length: rank }, (_, k) => dot(y, rowOf(read, k, y.length)));
  before.forEach((projection, k) => {
    const within = Math.min(Math.max(projection, low[k]!), high[k]!);
    addScaled(y, rowOf(write, k, y.length), within - projection);
  });
}

function applyTurn(y: Float64Array, { plane, target, adaptive }: Turn): void {
  const axes = [rowOf(plane, 0, y.length), rowOf(plane, 1, y.length)];
  const inPlane = axes.map((axis) => dot(y, axis));
  if (adaptive && inPlane[0]! <= 0) return;
  const size = norm(inPlane);
  axes.forEach((axis, i) => addScaled(y, axis, size * target[i]! - inPlane[i]!));
}

function applySlerp(y: Float64Array, { towards, share }: Slerp): void {
  const size = norm(y);
  if (size === 0) return;
  const angle = Math.acos(Math.min(1, Math.max(-1, dot(y, towards) / size)));
  // On the direction already, or exactly against it, where no way is the shortest.
  if (Math.sin(angle) < 1e-9) return;
  multiply(y, Math.sin((1 - share) * angle) / Math.sin(angle));
  addScaled(y, towards, (size * Math.sin(share * angle)) / Math.sin(angle));
}

function multiply(y: Float64Array, factor: number): void {
  for (let i = 0; i < y.length; i++) y[i] = y[i]! * factor;
}
