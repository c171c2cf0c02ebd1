import type { ContrastTexts } from '../directions/direction.js';
import type { Conversation } from './prompt.js';

/** The kinds of contrast texts that need a chat template. */
export const chatKinds = ['systems', 'personas'] as const;
export type ChatKind = (typeof chatKinds)[number];

export function isChatKind(kind: ContrastTexts['kind']): kind is ChatKind {
  return (chatKinds as readonly string[]).includes(kind);
}

/** The system prompt that makes the assistant a persona: "an extremely happy person" → "You are an extremely happy person." */
export function personaPrompt(persona: string): string {
  return `You are ${persona.trim().replace(/[.\s]+$/, '')}.`;
}

/**
 * One side's conversations: each system prompt (or persona) before every question, the questions of one system prompt
 * together. Conversation i of one side is paired with conversation i of the other.
 */
export function contrastConversations(
  kind: ChatKind,
  side: readonly string[],
  questions: readonly string[],
): readonly Conversation[] {
  return side.flatMap((text) => {
    const content = kind === 'personas' ? personaPrompt(text) : text;
    return questions.map<Conversation>((question) => ({
      messages: [
        { role: 'system', content },
        { role: 'user', content: question },
      ],
    }));
  });
}
