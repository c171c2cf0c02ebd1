/** The field of the user's next turn: there goes who takes a reply, to write what comes after it. */
export const messageFieldId = 'chat-message';

export function focusMessage(): void {
  // Once the conversation shows its new turn.
  requestAnimationFrame(() => document.getElementById(messageFieldId)?.focus());
}
