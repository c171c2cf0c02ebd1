import { contrastConversations, isChatKind } from '../../core/chat/contrast.js';
import type { ContrastTexts } from '../../core/directions/direction.js';
import { SteerboardError } from '../../core/errors.js';
import type { HookName } from '../../core/onnx/hooks.js';
import type { Progress } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { captureTexts, type CapturedText } from './capture.js';

export interface CapturedContrast {
  readonly positive: readonly CapturedText[];
  readonly negative: readonly CapturedText[];
  /** Mean ‖h‖ of every block over all texts' tokens, special tokens left out, [L]. */
  readonly residualNorms: Float64Array;
}

/**
 * Reads contrast texts (special tokens as the tokenizer adds them). System prompts and personas are read before every
 * question, as the model's template renders them up to where the assistant begins. What was read before is kept.
 *
 * @throws `input-empty`, `input-too-long`; `template-refused` for system prompts or personas on a model without a template
 */
export async function captureContrast(
  model: SteeredModel,
  texts: ContrastTexts,
  hook: HookName,
  task: Task,
  onProgress: (progress: Progress) => void,
): Promise<CapturedContrast> {
  const positive = encodeSide(model, texts, 'positive');
  const negative = encodeSide(model, texts, 'negative');
  const captured = await captureTexts(model, [...positive, ...negative], hook, task, onProgress);
  const counted = captured.reduce((sum, text) => sum + text.counted, 0);
  const residualNorms = Float64Array.from(
    { length: model.shape.layers },
    (_, layer) => captured.reduce((sum, text) => sum + text.normSums[layer]!, 0) / counted,
  );
  return { positive: captured.slice(0, positive.length), negative: captured.slice(positive.length), residualNorms };
}

/** @throws `input-empty`, `input-too-long`, naming the line (from 1). */
function encodeSide(
  model: SteeredModel,
  texts: ContrastTexts,
  side: 'positive' | 'negative',
): readonly (readonly number[])[] {
  const lines = texts[side];
  if (lines.length === 0) {
    throw new SteerboardError('input-empty', `The ${side} side has no text. Write at least one.`, { side });
  }
  lines.forEach((text, index) => {
    if (text.trim() === '') throw emptyLine(side, index + 1);
  });
  const { kind, questions = [] } = texts;
  if (!isChatKind(kind))
    return lines.map((text, index) => checked(model, model.tokenizer.encode(text), side, index + 1));
  if (questions.length === 0) {
    throw new SteerboardError('input-empty', 'There is no question to ask. Write at least one.', { side: 'questions' });
  }
  return contrastConversations(kind, lines, questions).map((conversation, index) => {
    const { ids } = model.tokenizer.encodePrompt(conversation);
    return checked(model, ids, side, 1 + Math.floor(index / questions.length));
  });
}

function emptyLine(side: string, line: number): SteerboardError {
  return new SteerboardError('input-empty', `Line ${line} of the ${side} texts is empty. Fill it in or remove it.`, {
    side,
    line,
  });
}

function checked(model: SteeredModel, ids: readonly number[], side: string, line: number): readonly number[] {
  if (ids.every((id) => model.tokenizer.isSpecial(id))) throw emptyLine(side, line);
  if (ids.length > model.shape.context) {
    throw new SteerboardError(
      'input-too-long',
      `Line ${line} of the ${side} texts has ${ids.length} tokens, and the model reads at most ${model.shape.context}. Shorten it.`,
      { side, line, tokens: ids.length, context: model.shape.context },
    );
  }
  return ids;
}
