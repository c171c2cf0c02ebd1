import { Button, NumberInput, Progress, Textarea } from '@mantine/core';
import { useMemo } from 'react';
import { runCompounding, stopCompounding } from '../../../engine/compounding.js';
import { compoundedElsewhere } from '../../../engine/experiments/measured.js';
import { changeCompounding, useCompounding, type CompoundingSettings } from '../../../stores/compounding.js';
import { usePrompt } from '../../../stores/prompt.js';
import { useSession } from '../../../stores/session.js';
import { useChatting } from '../../chat/useChatting.js';
import { RunsElsewhere } from '../RunsElsewhere.js';

interface Field {
  readonly key: Exclude<keyof CompoundingSettings, 'morePrompts'>;
  readonly label: string;
  readonly hint: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

const fields: readonly Field[] = [
  { key: 'seeds', label: 'Seeds', hint: 'texts of each prompt', min: 1, max: 16, step: 1 },
  { key: 'tokens', label: 'Length', hint: 'new tokens', min: 8, max: 256, step: 16 },
  { key: 'impulse', label: 'Impulse', hint: 'first tokens steered', min: 1, max: 64, step: 1 },
];

export const greedyWords =
  'At temperature 0 the likeliest token is written each time, so a prompt gives the same text with every seed: one is written.';

/** What is asked, and the button that asks it. */
export function CompoundingFields() {
  const settings = useCompounding((state) => state.settings);
  const isRunning = useCompounding((state) => state.task !== null);
  const hasRun = useCompounding((state) => state.subject !== null);
  const aside = useCompounding((state) => state.aside);
  const elsewhere = useMemo(() => compoundedElsewhere({ aside }), [aside]);
  const canRun = useSession((state) => state.loaded !== null && state.phase === 'ready');
  const greedy = usePrompt((state) => state.sampling.temperature === 0);
  const chatting = useChatting();
  return (
    <>
      <div className="row wrap compounding-fields">
        {fields.map(({ key, label, hint, min, max, step }) => (
          <NumberInput
            key={key}
            size="xs"
            w={112}
            label={label}
            description={key === 'seeds' && greedy ? 'one, at temperature 0' : hint}
            min={min}
            max={max}
            step={step}
            allowDecimal={false}
            allowNegative={false}
            clampBehavior="blur"
            disabled={isRunning || (key === 'seeds' && greedy)}
            value={key === 'seeds' && greedy ? 1 : settings[key]}
            onChange={(next) => {
              if (typeof next === 'number' && next >= min && next <= max) changeCompounding({ [key]: next });
            }}
          />
        ))}
        {!isRunning ? (
          <Button size="xs" disabled={!canRun || elsewhere !== null} onClick={() => void runCompounding()}>
            {hasRun ? 'Run again' : 'Run'}
          </Button>
        ) : (
          <Button size="xs" variant="default" onClick={stopCompounding}>
            Stop
          </Button>
        )}
      </div>
      {greedy && (
        <p className="quiet" style={{ margin: 0 }}>
          {greedyWords}
        </p>
      )}
      <Textarea
        size="xs"
        label={chatting ? 'More messages' : 'More prompts'}
        description={`Beside the page’s ${chatting ? 'conversation' : 'prompt'}, one a line. More ${chatting ? 'messages' : 'prompts'} and seeds make narrower bands.`}
        autosize
        minRows={1}
        maxRows={6}
        disabled={isRunning}
        value={settings.morePrompts}
        onChange={(event) => changeCompounding({ morePrompts: event.currentTarget.value })}
      />
      {elsewhere && <RunsElsewhere what="Compounding" elsewhere={elsewhere} />}
      {isRunning && <RunProgress />}
    </>
  );
}

/** By itself, since it changes with every token: the fields above cost more to draw. */
function RunProgress() {
  const done = useCompounding((state) => state.runs.length);
  const of = useCompounding((state) => state.subject?.of ?? 0);
  const percent = useCompounding((state) => Math.round(100 * state.progress));
  return (
    <div className="quiet" role="status">
      Writing and reading texts… {done} of {of} done
      <Progress size="xs" value={percent} aria-label="Texts written and read" />
    </div>
  );
}
