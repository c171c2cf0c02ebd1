import { ActionIcon, Button, Switch, Textarea, Tooltip } from '@mantine/core';
import { useId, type KeyboardEvent, type ReactNode } from 'react';
import { regenerateAll } from '../../engine/regeneration.js';
import { BackIcon } from '../../look/icons.js';
import {
  backTo,
  changeChat,
  changeTurn,
  conversationOf,
  sameConversation,
  sendMessage,
  startAgain,
  usePrompt,
} from '../../stores/prompt.js';
import { useSession } from '../../stores/session.js';
import { messageFieldId } from './messageField.js';

/** The conversation as it will be sent: the system's turn, the earlier ones, and the user's next. All can be edited. */
export function ConversationFields() {
  const { system, turns, message } = usePrompt((state) => state.chat);
  return (
    <ol className="turns" aria-label="Conversation">
      <Turn kind="system" name="System">
        <Field
          label="System prompt"
          placeholder="Who the assistant is (optional)"
          value={system}
          onChange={(content) => changeChat({ system: content })}
        />
      </Turn>
      {turns.map((turn, index) => {
        const name = turn.role === 'user' ? 'User' : 'Assistant';
        const label = `${name}’s turn ${Math.floor(index / 2) + 1}`;
        return (
          <Turn key={index} kind={turn.role} name={name}>
            <Field label={label} value={turn.content} onChange={(content) => changeTurn(index, content)} />
            {turn.role === 'user' && (
              <Tooltip label="Go back to this turn">
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={24}
                  aria-label={`Go back to ${label}`}
                  onClick={() => backTo(index)}
                >
                  <BackIcon />
                </ActionIcon>
              </Tooltip>
            )}
          </Turn>
        );
      })}
      <Turn kind="next" name="User">
        <Field
          label="Message"
          placeholder="Write a message"
          value={message}
          id={messageFieldId}
          onChange={(content) => changeChat({ message: content })}
        />
      </Turn>
    </ol>
  );
}

function Turn(props: { readonly kind: string; readonly name: string; readonly children: ReactNode }) {
  return (
    <li className={`turn ${props.kind}`}>
      <span className="turn-role" aria-hidden>
        {props.name}
      </span>
      {props.children}
    </li>
  );
}

function Field(props: {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly id?: string;
  readonly onChange: (content: string) => void;
}) {
  const { label, value, placeholder, id, onChange } = props;
  return (
    <Textarea
      id={id}
      aria-label={label}
      placeholder={placeholder}
      autosize
      minRows={1}
      maxRows={8}
      variant="unstyled"
      className="turn-field"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
      }}
    />
  );
}

/** Beside the choice of the view: how replies are shown, and a new beginning. */
export function ChatOptions() {
  const showTemplate = usePrompt((state) => state.showTemplate);
  const { turns, message, sent } = usePrompt((state) => state.chat);
  const id = useId();
  return (
    <>
      <Switch
        id={id}
        size="xs"
        label="show template"
        title="The whole conversation as the model reads it, special tokens included"
        checked={showTemplate}
        onChange={(event) => usePrompt.setState({ showTemplate: event.currentTarget.checked })}
      />
      <Button
        size="compact-sm"
        variant="default"
        disabled={turns.length === 0 && message === '' && sent === null}
        onClick={startAgain}
      >
        Start again
      </Button>
    </>
  );
}

/** Sends what is written, or has the same replied to again. */
export function SendButton() {
  const ready = useSession((state) => state.phase === 'ready');
  const chat = usePrompt((state) => state.chat);
  const blank = chat.message.trim() === '';
  const changed = chat.sent !== null && !blank && !sameConversation(chat.sent, conversationOf(chat));
  return (
    <>
      {changed && <span className="quiet">not sent yet</span>}
      <Button
        size="compact-md"
        disabled={!ready || blank}
        title={blank ? 'Write a message first' : 'Ctrl+Enter'}
        onClick={send}
      >
        Send
      </Button>
    </>
  );
}

function send(): void {
  const { chat } = usePrompt.getState();
  if (chat.message.trim() === '') return;
  if (sameConversation(chat.sent, conversationOf(chat))) regenerateAll();
  else sendMessage();
}
