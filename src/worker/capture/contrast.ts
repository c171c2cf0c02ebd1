import type { ContrastTexts } from '../../core/directions/direction.js';
import type { HookName, ReadPoint } from '../../core/onnx/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import type { OnProgress, Turn } from './background.js';
import { captureTexts } from './capture.js';
import { residualAt, type CapturedText } from './captured-text.js';
import { encodeSide, type ReadText } from './encode.js';

/** What the model said to both sides: one for each text, or of one text for each token. */
export interface CapturedContrast {
  readonly positive: readonly ReadResidual[];
  readonly negative: readonly ReadResidual[];
  /** Mean ‖h‖ of every block over all texts' tokens, special tokens left out, [L]. */
  readonly residualNorms: Float64Array;
}

export interface ReadResidual {
  /** What stood at the hook of every block, [L, d]. */
  readonly residual: Float32Array;
}

/** What both sides' texts left at a point, by text, and all of them as they are kept. */
interface ReadContrast extends Omit<CapturedContrast, 'residualNorms'> {
  readonly captured: readonly CapturedText[];
}

/** As {@link captureContrast}, at any point that can be read. @param perToken as {@link captureTexts} says */
export async function readContrast(
  model: SteeredModel,
  texts: ContrastTexts,
  point: ReadPoint,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
  perToken?: number,
): Promise<ReadContrast> {
  const positive = await encodeSide(model, texts, 'positive', task);
  const negative = await encodeSide(model, texts, 'negative', task);
  const captured = await captureTexts(model, [...positive, ...negative], point, task, onProgress, turn, perToken);
  const residuals = (side: readonly ReadText[], from: number) =>
    side.map(({ read }, index) => ({ residual: residualAt(captured[from + index]!, read) }));
  return { positive: residuals(positive, 0), negative: residuals(negative, positive.length), captured };
}

/** Reads contrast texts at the tokens that they say. What was read before is kept. Same errors as {@link encodeSide}. */
export async function captureContrast(
  model: SteeredModel,
  texts: ContrastTexts,
  hook: HookName,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<CapturedContrast> {
  const { captured, ...sides } = await readContrast(model, texts, hook, task, onProgress, turn);
  return { ...sides, residualNorms: meanNorms(captured, model.shape.layers) };
}

/** Mean ‖h‖ of every block over all tokens that are not special, [L]. */
export function meanNorms(captured: readonly CapturedText[], layers: number): Float64Array {
  const counted = captured.reduce((sum, text) => sum + text.counted, 0);
  return Float64Array.from(
    { length: layers },
    (_, layer) => captured.reduce((sum, text) => sum + text.normSums[layer]!, 0) / counted,
  );
}
