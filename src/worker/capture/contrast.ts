import type { ContrastTexts } from '../../core/directions/direction.js';
import type { HookName } from '../../core/onnx/hooks.js';
import type { Progress } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { captureTexts, type CapturedText } from './capture.js';
import { encodeSide } from './encode.js';

export interface CapturedContrast {
  readonly positive: readonly CapturedText[];
  readonly negative: readonly CapturedText[];
  /** Mean ‖h‖ of every block over all texts' tokens, special tokens left out, [L]. */
  readonly residualNorms: Float64Array;
}

/** Reads contrast texts. What was read before is kept. Same errors as {@link encodeSide}. */
export async function captureContrast(
  model: SteeredModel,
  texts: ContrastTexts,
  hook: HookName,
  task: Task,
  onProgress: (progress: Progress) => void,
): Promise<CapturedContrast> {
  const positive = encodeSide(model, texts, 'positive');
  const negative = encodeSide(model, texts, 'negative');
  const ids = [...positive, ...negative].map((text) => text.ids);
  const captured = await captureTexts(model, ids, hook, task, onProgress);
  return {
    positive: captured.slice(0, positive.length),
    negative: captured.slice(positive.length),
    residualNorms: meanNorms(captured, model.shape.layers),
  };
}

/** Mean ‖h‖ of every block over all tokens that are not special, [L]. */
export function meanNorms(captured: readonly CapturedText[], layers: number): Float64Array {
  const counted = captured.reduce((sum, text) => sum + text.counted, 0);
  return Float64Array.from(
    { length: layers },
    (_, layer) => captured.reduce((sum, text) => sum + text.normSums[layer]!, 0) / counted,
  );
}
