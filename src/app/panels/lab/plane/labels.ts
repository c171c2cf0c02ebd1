import { isChatKind } from '../../../../core/chat/contrast.js';
import type { ContrastTexts } from '../../../../core/directions/direction.js';

/** What each point of a side is; of system prompts and personas there is one for every question. */
export function labelsOf(texts: ContrastTexts | null): Readonly<Record<'positive' | 'negative', readonly string[]>> {
  if (!texts) return { positive: [], negative: [] };
  const { kind, questions = [] } = texts;
  const side = (lines: readonly string[]): readonly string[] =>
    isChatKind(kind) ? lines.flatMap((line) => questions.map((question) => `${line} · ${question}`)) : lines;
  return { positive: side(texts.positive), negative: side(texts.negative) };
}
