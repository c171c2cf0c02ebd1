import type { FittedDirection } from '../../core/directions/direction.js';
import { fitDirection } from '../../core/directions/fit.js';
import { finderNamed } from '../../core/directions/index.js';
import { SteerboardError } from '../../core/errors.js';
import type { FitRequest, Progress } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { captureContrast } from './contrast.js';
import { neutralNorms } from './neutral.js';

/** Finds a direction by what its method needs. Same errors as {@link captureContrast}, and those of the fit. */
export async function fitRequested(
  model: SteeredModel,
  request: FitRequest,
  task: Task,
  onProgress: (progress: Progress) => void,
): Promise<FittedDirection> {
  const { texts, method, options, hook = 'resid_post' } = request;
  const finder = finderNamed(method);
  const input = { model: model.stamp, texts, hook, method, ...(options && { options }) };
  switch (finder.needs) {
    case 'texts': {
      if (texts === null) {
        const message = `"${finder.label}" is found from texts. Write some on both sides.`;
        throw new SteerboardError('input-empty', message, { method });
      }
      const { positive, negative, residualNorms } = await captureContrast(model, texts, hook, task, onProgress);
      return fitDirection({
        ...input,
        positive: positive.map((text) => text.residual),
        negative: negative.map((text) => text.residual),
        residualNorms,
      });
    }
    case 'nothing': {
      const residualNorms = await neutralNorms(model, hook, task, onProgress);
      return fitDirection({ ...input, positive: [], negative: [], residualNorms });
    }
    case 'weights':
    case 'dictionary':
    case 'drawing':
      throw new SteerboardError('unexpected', `"${finder.label}" cannot be fitted here.`, { method });
  }
}
