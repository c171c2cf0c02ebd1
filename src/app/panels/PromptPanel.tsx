import { ActionIcon, Button, Popover, Textarea, Tooltip } from '@mantine/core';
import { SamplingFields } from '../controls/SamplingFields.js';
import { regenerateAll, stopWriting } from '../engine/regeneration.js';
import { DiceIcon, SlidersIcon } from '../look/icons.js';
import { setPrompt, setSampling, usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { useTexts } from '../stores/texts.js';

export function PromptPanel() {
  const { prompt, sampling } = usePrompt();
  const writing = useTexts((state) => state.writing);
  const ready = useSession((state) => state.phase === 'ready');
  const empty = prompt.trim() === '';
  return (
    <section className="card prompt-panel" aria-label="Prompt and sampling">
      <Textarea
        aria-label="Prompt"
        placeholder="Write the beginning of a text"
        autosize
        minRows={1}
        maxRows={8}
        variant="unstyled"
        value={prompt}
        error={empty ? 'The prompt is empty. Write a few words for the model to continue.' : undefined}
        onChange={(event) => setPrompt(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) regenerateAll();
        }}
        styles={{ input: { fontSize: 15, lineHeight: 1.45, padding: 0, minHeight: 0, border: 'none' } }}
      />
      <div className="row wrap" style={{ justifyContent: 'flex-end' }}>
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
        {writing ? (
          <Button size="compact-md" variant="default" onClick={stopWriting}>
            Stop
          </Button>
        ) : (
          <Button size="compact-md" disabled={!ready || empty} onClick={regenerateAll}>
            Regenerate
          </Button>
        )}
      </div>
    </section>
  );
}
