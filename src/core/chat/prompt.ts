/** What a model is asked to continue: a plain text, or a conversation that the model's own template renders. */
export type Prompt = string | Conversation;

/** Ends with a user's turn; the model writes the assistant's. */
export interface Conversation {
  readonly messages: readonly ChatMessage[];
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}
