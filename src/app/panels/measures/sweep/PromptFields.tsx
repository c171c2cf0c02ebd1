import { NumberInput, Switch, Textarea } from '@mantine/core';
import { usualPrompts } from '../../../engine/sweepChoices.js';
import { isChatting, usePrompt } from '../../../stores/prompt.js';
import { useSession } from '../../../stores/session.js';
import { changeSpec, useSweep } from '../../../stores/sweep.js';

/** What the texts continue, how many of each, how long. */
export function PromptFields() {
  const { ownPrompt, prompts, seeds, tokens } = useSweep((state) => state.spec);
  const loaded = useSession((state) => state.loaded);
  const seed = usePrompt((state) => state.sampling.seed);
  const chatting = usePrompt((state) => isChatting(state, loaded?.chat ?? false));
  const usual = loaded ? usualPrompts(loaded, chatting).join('\n') : '';
  const take = (key: 'seeds' | 'tokens', most: number) => (next: number | string) => {
    if (typeof next === 'number' && next >= 1 && next <= most) changeSpec({ [key]: next });
  };
  return (
    <div className="stack">
      <Switch
        size="xs"
        label={chatting ? 'The page’s conversation' : 'The page’s prompt'}
        checked={ownPrompt}
        onChange={(event) => changeSpec({ ownPrompt: event.currentTarget.checked })}
      />
      <Textarea
        size="xs"
        label={chatting ? 'Other messages' : 'Other prompts'}
        description="One a line. Figures are means over all prompts"
        autosize
        minRows={3}
        maxRows={8}
        value={prompts ?? usual}
        onChange={(event) => changeSpec({ prompts: event.currentTarget.value })}
      />
      <div className="sweep-two">
        <NumberInput
          size="xs"
          label="Seeds"
          description={`From ${seed} on`}
          min={1}
          max={50}
          allowDecimal={false}
          clampBehavior="blur"
          value={seeds}
          onChange={take('seeds', 50)}
        />
        <NumberInput
          size="xs"
          label="Tokens"
          description="Of each text, at most"
          min={1}
          max={1024}
          allowDecimal={false}
          clampBehavior="blur"
          value={tokens}
          onChange={take('tokens', 1024)}
        />
      </div>
    </div>
  );
}
