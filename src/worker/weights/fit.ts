import type { FittedDirection } from '../../core/directions/direction.js';
import { optionsOf, type DictionaryFinder, type WeightFinder } from '../../core/directions/finder.js';
import { directionOfVector } from '../../core/directions/one-vector.js';
import type { FitRequest } from '../../protocol/api.js';
import type { OnProgress, Turn } from '../capture/background.js';
import { neutralNorms } from '../capture/neutral.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { dictionaryReader } from './dictionaries.js';
import { weightReader } from './weight-reader.js';

/**
 * Reads a direction from the weights or from a dictionary; residual norms come from a few neutral texts.
 * Same errors as {@link directionOfVector}, and those of the readers.
 */
export async function fitWeights(
  model: SteeredModel,
  finder: WeightFinder | DictionaryFinder,
  request: FitRequest,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<FittedDirection> {
  const { hook = 'resid_post' } = request;
  const options = optionsOf(finder, request.options);
  const found =
    finder.needs === 'weights'
      ? await finder.find(await weightReader(model, hook, task, onProgress), options)
      : await finder.find(dictionaryReader(model.shape.width), options);
  const residualNorms = await neutralNorms(model, hook, task, onProgress, turn);
  const source = { method: finder.name, options, texts: null };
  return directionOfVector({ model: model.stamp, hook, source, found, residualNorms });
}
