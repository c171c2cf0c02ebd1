import { isChatKind, personaPrompt } from '../../core/chat/contrast.js';
import type { ContrastKind, ContrastTexts } from '../../core/directions/direction.js';
import type { DirectionEntry } from '../stores/directions.js';
import { emptyDraft, type Draft } from '../stores/editor.js';

const linesOf = (side: string): readonly string[] => side.split('\n').filter((line) => line.trim() !== '');

/** One text a line, except that a pair of single prompts may have lines of its own. */
export function textsOf(draft: Draft): ContrastTexts {
  const split = (side: string): readonly string[] =>
    draft.kind === 'prompts' ? [side].filter((text) => text.trim() !== '') : linesOf(side);
  return {
    kind: draft.kind,
    positive: split(draft.positive),
    negative: split(draft.negative),
    ...(isChatKind(draft.kind) && { questions: linesOf(draft.questions) }),
  };
}

/** Personas become the system prompts that they stand for, so that the sentence can be changed. */
export function withKind(draft: Draft, kind: ContrastKind): Partial<Draft> {
  if (draft.kind !== 'personas' || kind !== 'systems') return { kind };
  const sentences = (side: string): string => linesOf(side).map(personaPrompt).join('\n');
  return { kind, positive: sentences(draft.positive), negative: sentences(draft.negative) };
}

export function draftOf(entry: DirectionEntry): Draft {
  const { id, name, opposite, method, hook, texts } = entry;
  if (!texts) return { ...emptyDraft, directionId: id, name, opposite, hook };
  const join = (side: readonly string[]): string =>
    side.map((text) => (texts.kind === 'prompts' ? text : text.replaceAll('\n', ' '))).join('\n');
  return {
    directionId: id,
    name,
    opposite,
    kind: texts.kind,
    method,
    hook,
    positive: join(texts.positive),
    negative: join(texts.negative),
    questions: join(texts.questions ?? []),
  };
}

/** Why a draft cannot be fitted yet, or null. */
export function draftProblem(draft: Draft): string | null {
  const { kind, positive, negative, questions } = textsOf(draft);
  if (positive.length === 0 || negative.length === 0) return 'Both sides need at least one text.';
  if (isChatKind(kind) && questions?.length === 0) return 'Write at least one question.';
  if ((kind === 'pairs' || isChatKind(kind)) && positive.length !== negative.length) {
    return `Pairs need as many texts on both sides: there are ${positive.length} and ${negative.length}.`;
  }
  return null;
}
