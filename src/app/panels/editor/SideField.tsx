import { Textarea } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import { isChatKind } from '../../../core/chat/contrast.js';
import { breakMark } from '../../../core/texts/lines.js';
import type { SideName } from '../../../core/texts/problems.js';
import { changeDraft, type Draft } from '../../stores/editor.js';
import { sideWords } from './kinds.js';

const titles: Readonly<Record<SideName, string>> = { positive: 'Positive', negative: 'Negative' };

/** One side's texts, as they are typed. */
export function SideField(props: { readonly draft: Draft; readonly side: SideName; readonly count: number }) {
  const { draft, side, count } = props;
  const [noun, positiveExample, negativeExample] = sideWords[draft.kind];
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (draft.kind === 'prompts' || event.key !== 'Enter' || !event.shiftKey) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    event.currentTarget.setRangeText(breakMark, selectionStart, selectionEnd, 'end');
    changeDraft({ [side]: event.currentTarget.value });
  };
  return (
    <Textarea
      label={`${titles[side]} ${noun}s`}
      description={draft.kind === 'prompts' ? 'one text' : `${count} ${noun}${count === 1 ? '' : 's'}`}
      placeholder={side === 'positive' ? positiveExample : negativeExample}
      autosize
      minRows={isChatKind(draft.kind) ? 4 : 8}
      maxRows={14}
      value={draft[side]}
      onKeyDown={onKeyDown}
      onChange={(event) => changeDraft({ [side]: event.currentTarget.value })}
    />
  );
}
