import { contrastConversations, isChatKind } from '../../core/chat/contrast.js';
import type { ContrastTexts } from '../../core/directions/direction.js';
import { readPositions } from '../../core/directions/reading.js';
import { SteerboardError, toErrorData } from '../../core/errors.js';
import type { ContrastPreview, TextPreview } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';

export type Side = 'positive' | 'negative';

/** A contrast text as the model reads it, and which of its tokens are read. */
export interface EncodedText {
  readonly ids: readonly number[];
  /** Ascending; of several the mean is taken. `every`: each token for itself. */
  readonly read: readonly number[] | 'every';
}

/** A text of which certain tokens are read. */
export type ReadText = EncodedText & { readonly read: readonly number[] };

/** Texts that are encoded before messages are let in. */
const textsAPiece = 32;

/**
 * One side's texts (special tokens as the tokenizer adds them). System prompts and personas stand before every question, as
 * the model's template renders them up to where the assistant begins.
 *
 * @throws `input-empty`, `input-too-long`, naming the line (from 1); `template-refused` for system prompts or personas on
 * a model without a template
 */
export async function encodeSide(
  model: SteeredModel,
  texts: ContrastTexts,
  side: Side,
  task: Task,
): Promise<readonly ReadText[]> {
  if (texts[side].length === 0) {
    throw new SteerboardError('input-empty', `The ${side} side has no text. Write at least one.`, { side });
  }
  if (isChatKind(texts.kind) && questionsOf(texts).length === 0) {
    throw new SteerboardError('input-empty', 'There is no question to ask. Write at least one.', { side: 'questions' });
  }
  const encoded: ReadText[] = [];
  for (const [index, text] of texts[side].entries()) {
    if (index % textsAPiece === textsAPiece - 1) await task.breathe();
    encoded.push(...encodeText(model, texts, text, side, index + 1));
  }
  return encoded;
}

/** What {@link encodeSide} makes, to be shown: what is wrong with a text stands beside it. */
export function previewTexts(model: SteeredModel, texts: ContrastTexts): ContrastPreview {
  const sideOf = (side: Side) =>
    texts[side].flatMap((text, index): readonly TextPreview[] => {
      try {
        return encodeText(model, texts, text, side, index + 1).map(({ ids, read }) => {
          const { pieces, special } = model.describe(ids);
          return { pieces, special, read, problem: null };
        });
      } catch (error) {
        return [{ ...piecesOf(model, text), read: [], problem: toErrorData(error).message }];
      }
    });
  return { positive: sideOf('positive'), negative: sideOf('negative') };
}

function piecesOf(model: SteeredModel, text: string): Pick<TextPreview, 'pieces' | 'special'> {
  const { pieces, special } = model.describe(model.tokenizer.encode(text));
  return { pieces, special };
}

/** A text of a side; of a system prompt or a persona, one for each question. */
function encodeText(
  model: SteeredModel,
  texts: ContrastTexts,
  text: string,
  side: Side,
  line: number,
): readonly ReadText[] {
  const { kind } = texts;
  if (text.trim() === '') throw emptyLine(side, line);
  const encoded = isChatKind(kind)
    ? contrastConversations(kind, [text], questionsOf(texts)).map((it) => model.tokenizer.encodePrompt(it).ids)
    : [model.tokenizer.encode(text)];
  return encoded.map((ids) => {
    checkLength(model, ids, side, line);
    const { positions, problem } = readPositions(
      { special: ids.map((id) => model.tokenizer.isSpecial(id)), pieces: () => model.describe(ids).pieces },
      texts.read,
    );
    if (positions) return { ids, read: positions };
    throw new SteerboardError('input-empty', `Line ${line} of the ${side} texts: ${problem}`, { side, line });
  });
}

function questionsOf({ questions = [] }: ContrastTexts): readonly string[] {
  return questions;
}

function emptyLine(side: Side, line: number): SteerboardError {
  return new SteerboardError('input-empty', `Line ${line} of the ${side} texts is empty. Fill it in or remove it.`, {
    side,
    line,
  });
}

function checkLength(model: SteeredModel, ids: readonly number[], side: Side, line: number): void {
  if (ids.every((id) => model.tokenizer.isSpecial(id))) throw emptyLine(side, line);
  if (ids.length <= model.shape.context) return;
  throw new SteerboardError(
    'input-too-long',
    `Line ${line} of the ${side} texts has ${ids.length} tokens, and the model reads at most ${model.shape.context}. Shorten it.`,
    { side, line, tokens: ids.length, context: model.shape.context },
  );
}
