import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../src/core/chat/prompt.js';
import { contrastConversations, personaPrompt } from '../../../src/core/chat/contrast.js';
import { renderConversation, systemMerged, type RenderTemplate } from '../../../src/core/chat/render.js';
import type { SteerboardError } from '../../../src/core/errors.js';

const system = (content: string): ChatMessage => ({ role: 'system', content });
const user = (content: string): ChatMessage => ({ role: 'user', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });

/** ChatML. */
const chatml: RenderTemplate = (messages) =>
  `${messages.map(({ role, content }) => `<${role}>${content}</>`).join('')}<assistant>`;
/** As Gemma's first templates: turns trimmed, no system, strict alternation. */
const strict: RenderTemplate = (messages) => {
  messages.forEach(({ role }, index) => {
    if (role === 'system') throw new Error('System role not supported');
    if ((role === 'user') !== (index % 2 === 0)) throw new Error('Conversation roles must alternate');
  });
  return chatml(messages.map(({ role, content }) => ({ role, content: content.trim() })));
};
/** As Qwen3: earlier thoughts are left out, and the reply begins with empty ones. */
const thinking: RenderTemplate = (messages) => {
  const kept = messages.map(({ role, content }) => ({ role, content: content.split('</think>').at(-1)!.trimStart() }));
  return `${chatml(kept)}<think></think>`;
};

const words = (template: RenderTemplate, messages: readonly ChatMessage[]): readonly string[] => {
  const { text, spoken } = renderConversation(template, { messages });
  return spoken.map(({ start, end }) => text.slice(start, end));
};

describe('the assistant’s earlier words', () => {
  it('are found wherever they stand, the user saying the same included', () => {
    const messages = [system('Be brief.'), user('Yes?'), assistant('Yes?'), user('No'), assistant('No'), user('Yes?')];
    expect(words(chatml, messages)).toEqual(['Yes?', 'No']);
    const { text, spoken } = renderConversation(chatml, { messages });
    expect(spoken[0]!.start).toBe(text.indexOf('<assistant>Yes?') + '<assistant>'.length);
  });

  it('are those that the template leaves: trimmed, or without thoughts', () => {
    expect(words(strict, [user('Hi'), assistant(' Hello \n'), user('Bye')])).toEqual(['Hello']);
    expect(words(thinking, [user('Hi'), assistant('<think>hm</think>\n\nHello'), user('Bye')])).toEqual(['Hello']);
  });

  it('count as the conversation’s where the template does something that cannot be followed', () => {
    const counting: RenderTemplate = (messages) => chatml([...messages, user(String(JSON.stringify(messages).length))]);
    expect(words(counting, [user('Hi'), assistant('Hello'), user('Bye')])).toEqual([]);
  });
});

describe('a system turn', () => {
  it('goes in front of the first user’s where the template refuses it, and that is said', () => {
    const messages = [system('Be brief.'), user('Hi'), assistant('Hello'), user('Bye')];
    const { text, note, spoken } = renderConversation(strict, { messages });
    expect(text).toBe('<user>Be brief.\n\nHi</><assistant>Hello</><user>Bye</><assistant>');
    expect(note).toBe(systemMerged);
    expect(spoken.map(({ start, end }) => text.slice(start, end))).toEqual(['Hello']);
  });

  it('does so too where the template leaves it out without a word', () => {
    const deaf: RenderTemplate = (messages) => chatml(messages.filter(({ role }) => role !== 'system'));
    const { text, note } = renderConversation(deaf, { messages: [system('Be brief.'), user('Hi')] });
    expect(text).toBe('<user>Be brief.\n\nHi</><assistant>');
    expect(note).toBe(systemMerged);
  });

  it('is left alone where the template takes it, and left out when it is empty', () => {
    const { text, note } = renderConversation(chatml, { messages: [system('Be brief.'), user('Hi')] });
    expect([text, note]).toEqual(['<system>Be brief.</><user>Hi</><assistant>', null]);
    expect(renderConversation(strict, { messages: [system('  '), user('Hi')] }).note).toBeNull();
  });
});

describe('a conversation is refused', () => {
  const refusal = (template: RenderTemplate, messages: readonly ChatMessage[]) => {
    try {
      renderConversation(template, { messages });
    } catch (error) {
      return error as SteerboardError;
    }
    throw new Error('it was not refused');
  };

  it('in the template’s own words', () => {
    const error = refusal(strict, [user('Hi'), user('Bye')]);
    expect(error).toMatchObject({ code: 'template-refused', fields: { reason: 'Conversation roles must alternate' } });
    expect(refusal(strict, [system('Be brief.'), user('Hi'), user('Bye')]).code).toBe('template-refused');
  });

  it('when the last turn is not a user’s with words in it', () => {
    for (const messages of [[], [user(' ')], [user('Hi'), assistant('Hello')]]) {
      expect(refusal(chatml, messages).code).toBe('input-empty');
    }
  });
});

describe('contrast texts of a chat', () => {
  it('are every system prompt before every question, the questions of one together', () => {
    const conversations = contrastConversations('systems', ['A', 'B'], ['1', '2', '3']);
    const pairs = conversations.map(({ messages }) => messages.map(({ content }) => content).join(''));
    expect(pairs).toEqual(['A1', 'A2', 'A3', 'B1', 'B2', 'B3']);
    expect(conversations[0]!.messages.map(({ role }) => role)).toEqual(['system', 'user']);
  });

  it('make a sentence of a persona', () => {
    expect(personaPrompt(' an extremely happy person. ')).toBe('You are an extremely happy person.');
    const [first] = contrastConversations('personas', ['a pirate'], ['Who are you?']);
    expect(first!.messages[0]).toEqual(system('You are a pirate.'));
  });
});
