import { create } from 'zustand';
import type { ChatMessage, Conversation, Prompt } from '../../core/chat/prompt.js';
import { defaultSampling, type SamplingSettings } from '../../core/sampling.js';
import { firstMessage } from '../presets/chat.js';
import { firstPrompt } from '../presets/happySad.js';

/** How a chat model is asked; other models continue plain texts only. */
export type PromptView = 'chat' | 'text';

/** What is written in the chat view. */
export interface Chat {
  /** Blank: no system's turn. */
  readonly system: string;
  /** Earlier turns, the user's and the assistant's by turns. */
  readonly turns: readonly ChatMessage[];
  /** The user's next turn. */
  readonly message: string;
  /** What the two replies answer; null until something is sent. */
  readonly sent: Conversation | null;
}

export interface PromptState {
  /** The plain text. */
  readonly prompt: string;
  readonly view: PromptView;
  readonly chat: Chat;
  /** Whether replies show the conversation before them as the model reads it, template and special tokens included. */
  readonly showTemplate: boolean;
  readonly sampling: SamplingSettings;
}

export const freshChat: Chat = {
  system: '',
  turns: [],
  message: firstMessage,
  sent: { messages: [{ role: 'user', content: firstMessage }] },
};

export const usePrompt = create<PromptState>()(() => ({
  prompt: firstPrompt,
  view: 'chat',
  chat: freshChat,
  showTemplate: false,
  sampling: defaultSampling,
}));

export function setPrompt(prompt: string): void {
  usePrompt.setState({ prompt });
}

export function setSampling(change: Partial<SamplingSettings>): void {
  usePrompt.setState((state) => ({ sampling: { ...state.sampling, ...change } }));
}

/** Whether replies are written: in the chat view of a chat model. */
export function isChatting({ view }: Pick<PromptState, 'view'>, chatModel: boolean): boolean {
  return chatModel && view === 'chat';
}

/** What the texts continue; null while there is nothing to continue. */
export function askedPrompt(state: PromptState, chatModel: boolean): Prompt | null {
  if (isChatting(state, chatModel)) return state.chat.sent;
  return state.prompt.trim() === '' ? null : state.prompt;
}

/** What is written, as it would be sent. */
export function conversationOf({ system, turns, message }: Chat): Conversation {
  const first: readonly ChatMessage[] = system.trim() === '' ? [] : [{ role: 'system', content: system }];
  return { messages: [...first, ...turns, { role: 'user', content: message }] };
}

export function sameConversation(a: Conversation | null, b: Conversation | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function changeChat(change: Partial<Omit<Chat, 'sent'>>): void {
  usePrompt.setState(({ chat }) => ({ chat: { ...chat, ...change } }));
}

export function changeTurn(index: number, content: string): void {
  const { turns } = usePrompt.getState().chat;
  changeChat({ turns: turns.map((turn, at) => (at === index ? { ...turn, content } : turn)) });
}

/** Lets the replies answer what is written now. */
export function sendMessage(): void {
  usePrompt.setState(({ chat }) =>
    chat.message.trim() === '' ? {} : { chat: { ...chat, sent: conversationOf(chat) } },
  );
}

/**
 * Makes a reply the assistant's turn. It follows what it answered, so taking the other one afterwards replaces it. What the
 * user has written since is the next message.
 */
export function continueWith(reply: string): void {
  usePrompt.setState(({ chat }) => {
    const answered = chat.sent?.messages.filter(({ role }) => role !== 'system') ?? [];
    const typed = chat.message === answered.at(-1)?.content ? '' : chat.message;
    return { chat: { ...chat, turns: [...answered, { role: 'assistant', content: reply }], message: typed } };
  });
}

/** Goes back to a turn of the user's, which is the next message again. */
export function backTo(index: number): void {
  const { turns } = usePrompt.getState().chat;
  changeChat({ turns: turns.slice(0, index), message: turns[index]?.content ?? '' });
}

/** Leaves the system's turn only. */
export function startAgain(): void {
  usePrompt.setState(({ chat }) => ({ chat: { ...chat, turns: [], message: '', sent: null } }));
}

/** Takes in a conversation from elsewhere, sent. */
export function takeConversation(conversation: Conversation): void {
  const { messages } = conversation;
  const system = messages[0]?.role === 'system' ? messages[0].content : '';
  const turns = messages.filter(({ role }) => role !== 'system');
  const last = turns.at(-1);
  // One that does not end with a user's turn has nothing to reply to yet.
  if (last?.role !== 'user') usePrompt.setState({ view: 'chat', chat: { system, turns, message: '', sent: null } });
  else {
    const chat = { system, turns: turns.slice(0, -1), message: last.content, sent: conversation };
    usePrompt.setState({ view: 'chat', chat });
  }
}
