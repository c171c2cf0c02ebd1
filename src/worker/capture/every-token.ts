import type { ContrastTexts } from '../../core/directions/direction.js';
import { SteerboardError } from '../../core/errors.js';
import type { HookName } from '../../core/onnx/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import type { OnProgress, Turn } from './background.js';
import { captureTexts } from './capture.js';
import { residualsOfTokens } from './captured-text.js';
import { meanNorms, type CapturedContrast } from './contrast.js';
import { encodeSide } from './encode.js';

/**
 * Reads every token of one text a side: T arrays [L, d] each, the shorter text padded on the right with spaces (Turner et al.
 * 2308.10248). Same errors as {@link encodeSide}.
 */
export async function captureEveryToken(
  model: SteeredModel,
  texts: ContrastTexts,
  hook: HookName,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<CapturedContrast> {
  // Which token the texts say is read does not matter here, and a marker may be missing.
  const { read: _, ...plain } = texts;
  const [positive] = await encodeSide(model, plain, 'positive', task);
  const [negative] = await encodeSide(model, plain, 'negative', task);
  const longest = Math.max(positive!.ids.length, negative!.ids.length);
  const padded = [positive!, negative!].map(({ ids }) => ({
    ids: ids.length === longest ? ids : [...ids, ...Array<number>(longest - ids.length).fill(spaceOf(model))],
    read: 'every' as const,
  }));
  const captured = await captureTexts(model, padded, hook, task, onProgress, turn);
  return {
    positive: residualsOfTokens(captured[0]!),
    negative: residualsOfTokens(captured[1]!),
    residualNorms: meanNorms(captured, model.shape.layers),
  };
}

/** The token of a space; where a tokenizer makes several of one, the last. */
function spaceOf({ tokenizer }: SteeredModel): number {
  const space = tokenizer.encode(' ').findLast((id) => !tokenizer.isSpecial(id));
  if (space !== undefined) return space;
  const message = 'This tokenizer has no token for a space. Write two prompts of as many tokens.';
  throw new SteerboardError('tokenizer-unusable', message);
}
