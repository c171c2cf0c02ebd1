import type { FittedDirection } from '../../core/directions/direction.js';
import { fitDirection } from '../../core/directions/fit.js';
import { SteerboardError } from '../../core/errors.js';
import type { FitRequest, Progress } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { captureTexts } from './capture.js';

/** Reads the contrast texts (special tokens as the tokenizer adds them) and fits a direction to their last tokens. */
export async function fitContrast(
  model: SteeredModel,
  request: FitRequest,
  task: Task,
  onProgress: (progress: Progress) => void,
): Promise<FittedDirection> {
  const { texts } = request;
  const positive = encodeSide(model, texts.positive, 'positive');
  const negative = encodeSide(model, texts.negative, 'negative');
  const { hook = 'resid_post' } = request;
  const captured = await captureTexts(model, [...positive, ...negative], hook, task, onProgress);
  const counted = captured.reduce((sum, text) => sum + text.counted, 0);
  const residualNorms = Float64Array.from(
    { length: model.shape.layers },
    (_, layer) => captured.reduce((sum, text) => sum + text.normSums[layer]!, 0) / counted,
  );
  return fitDirection({
    model: model.stamp,
    texts,
    hook,
    method: request.method,
    positive: captured.slice(0, positive.length).map((text) => text.last),
    negative: captured.slice(positive.length).map((text) => text.last),
    residualNorms,
  });
}

/** @throws `input-empty`, `input-too-long`, naming the line (from 1). */
function encodeSide(model: SteeredModel, texts: readonly string[], side: string): readonly (readonly number[])[] {
  if (texts.length === 0) {
    throw new SteerboardError('input-empty', `The ${side} side has no text. Write at least one.`, { side });
  }
  return texts.map((text, index) => {
    const ids = model.tokenizer.encode(text);
    const line = index + 1;
    if (ids.every((id) => model.tokenizer.isSpecial(id))) {
      throw new SteerboardError('input-empty', `Line ${line} of the ${side} texts is empty. Fill it in or remove it.`, {
        side,
        line,
      });
    }
    if (ids.length > model.shape.context) {
      throw new SteerboardError(
        'input-too-long',
        `Line ${line} of the ${side} texts has ${ids.length} tokens, and the model reads at most ${model.shape.context}. Shorten it.`,
        { side, line, tokens: ids.length, context: model.shape.context },
      );
    }
    return ids;
  });
}
