/** What formats write that hold vectors and nothing else. */
import { SteerboardError } from '../errors.js';
import { sameTensor, type HookName } from '../onnx/hooks.js';
import { operatorNamed } from '../steering/index.js';
import { isAllFinite, scaled } from '../tensors/vector.js';
import { rawCoefficient } from './application.js';
import type { Board, Magnitude, TakenDirection } from './format.js';

export interface WrittenLayer {
  /** Layer of the direction that it is written for. */
  readonly of: number;
  /** 0-based index of the block whose output is meant. */
  readonly layer: number;
  readonly vector: Float32Array;
}

/**
 * The vectors of a direction in the size that was asked for, at the outputs of blocks: what a block reads is the output of
 * the one before it. `layer` −1 is what the first block reads.
 */
export function layersWritten({ direction, plan }: TakenDirection, magnitude: Magnitude): readonly WrittenLayer[] {
  const applied = magnitude === 'applied' && operatorNamed(plan.operator).adds !== undefined;
  return direction.layers
    .filter(({ layer }) => magnitude === 'natural' || (layer >= plan.layers.from && layer <= plan.layers.to))
    .map(({ layer, vector, scale, residualNorm }) => ({
      of: layer,
      layer: blockWritten(direction.hook, layer),
      vector: scaled(vector, applied ? rawCoefficient(plan, layer, residualNorm) : scale),
    }));
}

function blockWritten(from: HookName, layer: number): number {
  const at = sameTensor({ hook: from, layer });
  return at.hook === 'resid_pre' ? -1 : at.layer;
}

/** A board without those of its directions that have no vector to write, and a sentence for each of them. */
export interface WithVectors {
  readonly board: Board;
  readonly leftOut: readonly string[];
}

/**
 * What does nothing here keeps nothing else from being written. Where no direction is left, all stay, and the error says why
 * they cannot be written.
 *
 * @param lowest the first layer that the format can hold
 */
export function withVectors(board: Board, magnitude: Magnitude, lowest: number): WithVectors {
  const has = (taken: TakenDirection) => layersWritten(taken, magnitude).some(({ layer }) => layer >= lowest);
  const directions = board.directions.filter(has);
  if (directions.length === 0) return { board, leftOut: [] };
  const leftOut = board.directions
    .filter((taken) => !has(taken))
    .map(
      ({ name }) => `“${name}” is left out: at the layers it is applied at, there is no vector that the file can hold.`,
    );
  return { board: { ...board, directions }, leftOut };
}

/** @throws SteerboardError `input-empty` for vectors that are all zeros, `direction-degenerate` beyond float32. */
export function checkWritten(name: string, layers: readonly WrittenLayer[], label: string): void {
  const broken = layers.find(({ vector }) => !isAllFinite(vector));
  if (broken) {
    const message = `"${name}" is too large for ${label} at layer ${broken.layer}: its numbers do not fit into float32. Lower its strength.`;
    throw new SteerboardError('direction-degenerate', message, { layer: broken.layer });
  }
  if (layers.some(({ vector }) => vector.some((value) => value !== 0))) return;
  const message =
    layers.length === 0
      ? `"${name}" has no layer that ${label} can hold. Choose other layers or another format.`
      : `"${name}" is applied with strength 0, so its vectors would be all zeros. Set a strength, or export the natural magnitude.`;
  throw new SteerboardError('input-empty', message);
}
