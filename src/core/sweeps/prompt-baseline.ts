import { isChatKind, personaPrompt } from '../chat/contrast.js';
import type { Conversation, Prompt } from '../chat/prompt.js';
import type { ContrastTexts } from '../directions/direction.js';

/** A direction, as far as its wish can be put into words. */
export interface Wished {
  readonly name: string;
  readonly opposite: string;
  readonly texts: ContrastTexts | null;
}

/**
 * The wish of a direction as an instruction, to begin with. System prompts and personas are such a wish already, in the user's own
 * words: an assistant is told the first positive one.
 *
 * @param chatting whether it stands in a conversation
 */
export function instructionFor({ name, opposite, texts }: Wished, chatting: boolean): string {
  const [own] = texts?.positive ?? [];
  if (chatting && own !== undefined && texts && isChatKind(texts.kind))
    return texts.kind === 'personas' ? personaPrompt(own) : own;
  const wish = name.trim() || 'as wished';
  const manner = `very ${wish}${opposite.trim() === '' ? '' : ` and not ${opposite.trim()}`}.`;
  return chatting ? `Give answers that are ${manner}` : `Write a text that is ${manner}`;
}

/** The instruction in front of a plain text, and as the system's words of a conversation, behind those that are there. */
export function asInstruction(prompt: Prompt, instruction: string): Prompt {
  const wish = instruction.trim();
  if (wish === '') return prompt;
  return typeof prompt === 'string' ? `${wish}\n\n${prompt}` : withSystem(prompt, wish);
}

/** Examples stand in front of a plain text, a line each, and are listed in the system's words of a conversation. */
export function asExamples(prompt: Prompt, examples: readonly string[]): Prompt {
  const shown = examples.map((example) => example.trim()).filter((example) => example !== '');
  if (shown.length === 0) return prompt;
  if (typeof prompt === 'string') return `${shown.join('\n')}\n${prompt}`;
  return withSystem(prompt, `Answer in the manner of these examples:\n${shown.map((it) => `- ${it}`).join('\n')}`);
}

/**
 * A few of a direction's positive texts, as examples. System prompts and personas say what is wanted and are no examples of it: of
 * them there are none.
 */
export function examplesOf(texts: ContrastTexts | null, most = 6): readonly string[] {
  if (!texts || isChatKind(texts.kind)) return [];
  return texts.positive.slice(0, most);
}

function withSystem({ messages }: Conversation, words: string): Conversation {
  const [first, ...rest] = messages;
  if (first?.role !== 'system') return { messages: [{ role: 'system', content: words }, ...messages] };
  const said = first.content.trim();
  return { messages: [{ role: 'system', content: said === '' ? words : `${said}\n\n${words}` }, ...rest] };
}
