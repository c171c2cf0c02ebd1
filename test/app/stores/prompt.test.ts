import { beforeEach, describe, expect, it } from 'vitest';
import {
  askedPrompt,
  backTo,
  changeChat,
  changeTurn,
  continueWith,
  freshChat,
  sendMessage,
  startAgain,
  takeConversation,
  usePrompt,
} from '../../../src/app/stores/prompt.js';
import type { ChatMessage } from '../../../src/core/chat/prompt.js';

const chat = () => usePrompt.getState().chat;
const sent = () => chat().sent?.messages.map(({ role, content }) => `${role}: ${content}`);
const user = (content: string): ChatMessage => ({ role: 'user', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });

beforeEach(() => {
  usePrompt.setState({ view: 'chat', chat: { ...freshChat, message: '', sent: null } });
});

function say(message: string): void {
  changeChat({ message });
  sendMessage();
}

describe('a conversation', () => {
  it('is sent with the system’s turn in front, and none when it is blank', () => {
    changeChat({ system: ' ' });
    say('Hi');
    expect(sent()).toEqual(['user: Hi']);
    changeChat({ system: 'Be brief.' });
    expect(sent()).toEqual(['user: Hi']);
    sendMessage();
    expect(sent()).toEqual(['system: Be brief.', 'user: Hi']);
  });

  it('goes on with a reply, and with the other one instead when that is taken afterwards', () => {
    say('Hi');
    continueWith('Hello!');
    expect(chat().turns).toEqual([user('Hi'), assistant('Hello!')]);
    expect(chat().message).toBe('');
    continueWith('Go away.');
    expect(chat().turns).toEqual([user('Hi'), assistant('Go away.')]);
    say('Why?');
    expect(sent()).toEqual(['user: Hi', 'assistant: Go away.', 'user: Why?']);
  });

  it('keeps what was written while the reply came as the next message', () => {
    say('Hi');
    changeChat({ message: 'And then?' });
    continueWith('Hello!');
    expect(chat().message).toBe('And then?');
  });

  it('has turns that can be changed and gone back to', () => {
    takeConversation({ messages: [user('One'), assistant('1'), user('Two'), assistant('2'), user('Three')] });
    changeTurn(1, 'uno');
    sendMessage();
    expect(sent()?.[1]).toBe('assistant: uno');
    backTo(2);
    expect(chat()).toMatchObject({ turns: [user('One'), assistant('uno')], message: 'Two' });
  });

  it('begins again with its system’s turn only', () => {
    changeChat({ system: 'Be brief.' });
    say('Hi');
    startAgain();
    expect(chat()).toEqual({ system: 'Be brief.', turns: [], message: '', sent: null });
  });

  it('that ends with the assistant’s turn waits for the user', () => {
    takeConversation({ messages: [{ role: 'system', content: 'S' }, user('Hi'), assistant('Hello')] });
    expect(chat()).toEqual({ system: 'S', turns: [user('Hi'), assistant('Hello')], message: '', sent: null });
  });
});

describe('what the texts continue', () => {
  it('is what was sent with a chat model in the chat view, and else the plain text', () => {
    say('Hi');
    usePrompt.setState({ prompt: 'Once' });
    const state = usePrompt.getState();
    expect(askedPrompt(state, true)).toBe(state.chat.sent);
    expect(askedPrompt(state, false)).toBe('Once');
    expect(askedPrompt({ ...state, view: 'text' }, true)).toBe('Once');
    expect(askedPrompt({ ...state, prompt: ' ' }, false)).toBeNull();
  });
});
