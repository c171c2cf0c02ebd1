import { Switch, Textarea } from '@mantine/core';
import { examplesOf, instructionFor, type Wished } from '../../../../core/sweeps/index.js';
import { sideOf } from '../../../../core/texts/lines.js';
import type { DirectionEntry } from '../../../stores/directions.js';
import { changeSpec, useSweep } from '../../../stores/sweep.js';
import { useChatting } from '../../chat/useChatting.js';

const unwished: Wished = { name: '', opposite: '', texts: null };

/** What the direction is compared with: the wish in words, and random directions. */
export function WordingFields({ entry }: { readonly entry: DirectionEntry | null }) {
  const { inWords, instruction, examples, random } = useSweep((state) => state.spec);
  const chatting = useChatting();
  const own = examplesOf(entry?.texts ?? null);
  const hasNone = entry?.texts !== undefined && entry.texts !== null && own.length === 0;
  return (
    <div className="stack">
      <Switch
        size="xs"
        label="The same wish in words"
        description={
          chatting
            ? 'As an instruction and as examples in the system prompt; KL and effect are of the answer to the message alone'
            : 'As an instruction and as examples in front of the prompt; KL and effect are of the text after the plain prompt'
        }
        checked={inWords}
        onChange={(event) => changeSpec({ inWords: event.currentTarget.checked })}
      />
      {inWords && (
        <>
          <Textarea
            size="xs"
            label="Instruction"
            autosize
            minRows={1}
            maxRows={4}
            value={instruction ?? instructionFor(entry ?? unwished, chatting)}
            onChange={(event) => changeSpec({ instruction: event.currentTarget.value })}
          />
          <Textarea
            size="xs"
            label="Examples"
            description={
              hasNone ? 'One a line. System prompts and personas are none: write a few answers' : 'One a line'
            }
            autosize
            minRows={2}
            maxRows={5}
            value={examples ?? sideOf(own)}
            onChange={(event) => changeSpec({ examples: event.currentTarget.value })}
          />
        </>
      )}
      <Switch
        size="xs"
        label="Two random directions"
        description="At the middle one of the layers, moving residuals as far: what they do too is not the direction’s doing"
        checked={random}
        onChange={(event) => changeSpec({ random: event.currentTarget.checked })}
      />
    </div>
  );
}
