import type { Conversation, Prompt } from '../chat/prompt.js';
import type { ContrastTexts } from '../directions/direction.js';

/** The wish of a direction as an instruction, to begin with. */
export function instructionFor(name: string, opposite: string): string {
  const wish = name.trim() || 'as wished';
  return `Write a text that is very ${wish}${opposite.trim() === '' ? '' : ` and not ${opposite.trim()}`}.`;
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
  if (!texts || texts.kind === 'systems' || texts.kind === 'personas') return [];
  return texts.positive.slice(0, most);
}

function withSystem({ messages }: Conversation, words: string): Conversation {
  const [first, ...rest] = messages;
  if (first?.role !== 'system') return { messages: [{ role: 'system', content: words }, ...messages] };
  const said = first.content.trim();
  return { messages: [{ role: 'system', content: said === '' ? words : `${said}\n\n${words}` }, ...rest] };
}
