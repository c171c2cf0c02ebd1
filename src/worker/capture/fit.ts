import type { FittedDirection } from '../../core/directions/direction.js';
import { fitDirection } from '../../core/directions/fit.js';
import type { FitRequest, Progress } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { captureContrast } from './contrast.js';

/** Reads the contrast texts and fits a direction to what was read. Same errors as {@link captureContrast}, and those of the fit. */
export async function fitContrast(
  model: SteeredModel,
  { texts, method, hook = 'resid_post' }: FitRequest,
  task: Task,
  onProgress: (progress: Progress) => void,
): Promise<FittedDirection> {
  const { positive, negative, residualNorms } = await captureContrast(model, texts, hook, task, onProgress);
  return fitDirection({
    model: model.stamp,
    texts,
    hook,
    method,
    positive: positive.map((text) => text.residual),
    negative: negative.map((text) => text.residual),
    residualNorms,
  });
}
