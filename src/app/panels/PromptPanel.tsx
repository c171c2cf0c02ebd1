import { ActionIcon, Button, Popover, Textarea, Tooltip } from '@mantine/core';
import { Choice } from '../controls/Choice.js';
import { SamplingFields } from '../controls/SamplingFields.js';
import { regenerateAll, stopWriting } from '../engine/regeneration.js';
import { DiceIcon, SlidersIcon } from '../look/icons.js';
import { setPrompt, setSampling, usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { useTexts } from '../stores/texts.js';
import { ChatOptions, ConversationFields, SendButton } from './chat/ConversationFields.js';
import { useChatting } from './chat/useChatting.js';

const views = [
  { value: 'chat', label: 'Chat' },
  { value: 'text', label: 'Plain text' },
] as const;

/** What is to be continued: a plain text, or with a chat model a conversation. */
export function PromptPanel() {
  const view = usePrompt((state) => state.view);
  const chatModel = useSession((state) => state.loaded?.chat ?? false);
  const chatting = useChatting();
  return (
    <section className={`card prompt-panel ${chatting ? 'chat' : ''}`} aria-label="Prompt and sampling">
      {chatModel && (
        <div className="row wrap prompt-views">
          <Choice
            label="How to ask the model"
            value={view}
            options={views}
            onChange={(chosen) => usePrompt.setState({ view: chosen })}
          />
          <span className="spacer" />
          {chatting && <ChatOptions />}
        </div>
      )}
      {chatting ? <ConversationFields /> : <PlainPrompt />}
      <div className="row wrap" style={{ justifyContent: 'flex-end' }}>
        <SamplingButtons />
        <WriteButton />
      </div>
    </section>
  );
}

function PlainPrompt() {
  const prompt = usePrompt((state) => state.prompt);
  return (
    <Textarea
      aria-label="Prompt"
      placeholder="Write the beginning of a text"
      autosize
      minRows={1}
      maxRows={8}
      variant="unstyled"
      value={prompt}
      error={prompt.trim() === '' ? 'The prompt is empty. Write a few words for the model to continue.' : undefined}
      onChange={(event) => setPrompt(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) regenerateAll();
      }}
      styles={{ input: { fontSize: 15, lineHeight: 1.45, padding: 0, minHeight: 0, border: 'none' } }}
    />
  );
}

function SamplingButtons() {
  const sampling = usePrompt((state) => state.sampling);
  return (
    <>
      <Popover position="bottom-end" width={300} shadow="md" trapFocus returnFocus>
        <Popover.Target>
          <button type="button" className="chip" aria-label="Sampling">
            <SlidersIcon />
            {sampling.temperature === 0 ? 'greedy' : `temp ${sampling.temperature}`} · seed {sampling.seed}
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          <SamplingFields value={sampling} onChange={setSampling} />
        </Popover.Dropdown>
      </Popover>
      <Tooltip label="New seed">
        <ActionIcon
          variant="default"
          size={30}
          aria-label="New seed"
          disabled={sampling.temperature === 0}
          onClick={() => setSampling({ seed: crypto.getRandomValues(new Uint16Array(1))[0] ?? 0 })}
        >
          <DiceIcon />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

function WriteButton() {
  const writing = useTexts((state) => state.writing);
  const ready = useSession((state) => state.phase === 'ready');
  const empty = usePrompt((state) => state.prompt.trim() === '');
  const chatting = useChatting();
  if (writing) {
    return (
      <Button size="compact-md" variant="default" onClick={stopWriting}>
        Stop
      </Button>
    );
  }
  if (chatting) return <SendButton />;
  return (
    <Button size="compact-md" disabled={!ready || empty} onClick={regenerateAll}>
      Regenerate
    </Button>
  );
}
