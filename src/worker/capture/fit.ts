import { notesOn } from '../../core/directions/contrast-notes.js';
import type { FittedDirection } from '../../core/directions/direction.js';
import { optionsOf } from '../../core/directions/finder.js';
import { fitSteps, type FitInput } from '../../core/directions/fit.js';
import { finderNamed } from '../../core/directions/index.js';
import { SteerboardError } from '../../core/errors.js';
import type { FitRequest } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { fitWeights } from '../weights/fit.js';
import { inPieces, type OnProgress, type Turn } from './background.js';
import { captureContrast } from './contrast.js';
import { captureEveryToken } from './every-token.js';
import { fitHeads } from './heads.js';
import { neutralNorms } from './neutral.js';
import { textsFor } from './texts-for.js';

/**
 * Finds a direction by what its method needs. The model is asked in turns, and what is computed here lets messages in, so
 * that text is written meanwhile. Same errors as {@link captureContrast}, and those of the fit.
 */
export async function fitRequested(
  model: SteeredModel,
  request: FitRequest,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<FittedDirection> {
  const { method, options, hook = 'resid_post' } = request;
  const finder = finderNamed(method);
  const chosen = optionsOf(finder, options);
  const fit = (input: Pick<FitInput, 'texts' | 'notes' | 'positive' | 'negative' | 'residualNorms'>) =>
    inPieces(fitSteps({ model: model.stamp, hook, method, options: chosen, ...input }), task, (done) =>
      onProgress({ label: 'Finding the direction', done, total: model.shape.layers }),
    );
  switch (finder.needs) {
    case 'texts': {
      const texts = textsFor(finder, request);
      const capture = finder.reads === 'every-token' ? captureEveryToken : captureContrast;
      const { positive, negative, residualNorms } = await capture(model, texts, hook, task, onProgress, turn);
      return fit({
        texts,
        notes: notesOn(texts),
        positive: positive.map(({ residual }) => residual),
        negative: negative.map(({ residual }) => residual),
        residualNorms,
      });
    }
    case 'heads':
      return fitHeads(model, finder, request, task, onProgress, turn);
    case 'nothing': {
      const residualNorms = await neutralNorms(model, hook, task, onProgress, turn);
      return fit({ texts: null, positive: [], negative: [], residualNorms });
    }
    case 'weights':
    case 'dictionary':
      return fitWeights(model, finder, request, task, onProgress, turn);
    case 'drawing':
      throw new SteerboardError('unexpected', `"${finder.label}" cannot be fitted here.`, { method });
  }
}
