import { Button } from '@mantine/core';
import type { RowName } from '../../rows.js';
import { continueWith, usePrompt } from '../../stores/prompt.js';
import { replyOf, useTexts } from '../../stores/texts.js';
import { focusMessage } from './messageField.js';

/** What is to be known of the conversation above a reply. */
export function ChatNotes({ row }: { readonly row: RowName }) {
  const note = useTexts((state) => state[row].note);
  return (
    note !== null && (
      <p className="quiet chat-note" role="note">
        {note}
      </p>
    )
  );
}

/** Takes a reply into the conversation as the assistant's turn. */
export function ContinueButton({ row }: { readonly row: RowName }) {
  const text = useTexts((state) => state[row]);
  const { turns, sent } = usePrompt((state) => state.chat);
  if (sent === null || text.tokens.length === 0) return null;
  const reply = replyOf(text);
  const answered = sent.messages.filter(({ role }) => role !== 'system').length;
  const taken = turns.length === answered + 1 && turns.at(-1)?.content === reply;
  return (
    <div className="continue">
      <Button
        size="compact-sm"
        variant="default"
        disabled={text.reason === null || reply === '' || taken}
        aria-label={`Continue the conversation with the ${row} reply`}
        onClick={() => {
          continueWith(reply);
          focusMessage();
        }}
      >
        {taken ? 'Taken into the conversation' : 'Continue with this reply'}
      </Button>
    </div>
  );
}
